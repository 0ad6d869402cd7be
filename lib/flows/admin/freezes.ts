import type { App } from '../../app.js';
import { AppError } from '../../errors.js';
import { uuid7 } from '../../security/uuid7.js';
import { addAudit } from '../../store/audit.js';
import { findComponent } from '../../store/components.js';
import { addFreeze, liftFreeze, listFreezes } from '../../store/freezes.js';
import type { Change } from './change.js';

/** A period in which nothing is to be done. */
export interface FreezeOrder {
  readonly component: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Begin or plan a freeze. @throws {AppError} `not_found` for an unknown component */
export async function freeze(app: App, order: FreezeOrder, { who, why }: Change): Promise<object> {
  const id = uuid7(Date.now());
  const { component, startsAt, endsAt } = order;
  if (component !== null && (await findComponent(app.sql, component)) === null) {
    throw new AppError('not_found', `there is no component ${component}`);
  }
  await app.sql.transaction([
    addFreeze(app.sql, { id, ...order, why: why ?? 'no reason given', who }),
    addAudit(app.sql, {
      who,
      what: `freeze ${component ?? 'all'}`,
      why,
      detail: { id, startsAt, endsAt },
    }),
  ]);
  return { id, component, starts_at: startsAt, ends_at: endsAt, why };
}

/** End a freeze now. @throws {AppError} `not_found` */
export async function unfreeze(app: App, id: string, { who, why }: Change): Promise<undefined> {
  const [lifted] = await app.sql.transaction([
    liftFreeze(app.sql, id),
    addAudit(app.sql, { who, what: 'lift freeze', why, detail: { id } }),
  ]);
  if ((lifted?.length ?? 0) === 0)
    throw new AppError('not_found', `there is no freeze ${id} in force`);
}

/** List the freezes that are in force or to come. */
export async function showFreezes(app: App): Promise<object> {
  const freezes = await listFreezes(app.sql);
  return {
    freezes: freezes.map(({ id, component, why, startsAt, endsAt, createdBy }) => ({
      id,
      component,
      starts_at: startsAt,
      ends_at: endsAt,
      why,
      created_by: createdBy,
    })),
  };
}
