import type { App } from '../app.js';
import type { Settings } from '../domain/settings.js';
import { AppError } from '../errors.js';
import { inTime } from '../platforms/in-time.js';
import type { MayWake } from '../platforms/platform.js';
import type { ComponentView } from '../store/components.js';
import { keepSchema } from '../store/database-schemas.js';
import { beginSchemaLook, takeSchemaTurn } from '../store/schema-turns.js';
import { databasePlace } from './database-place.js';
import { sealSchema } from './known-schemas.js';

/** How long one look may take, milliseconds, so that neither a sweep nor a recovery waits for a database that hangs. */
const LOOK_MS = 8000;

const tooLate = (): AppError =>
  new AppError('upstream_unavailable', `no answer within ${LOOK_MS} ms`);

/** Whose database is looked at. */
export type Looked = Pick<ComponentView, 'id' | 'name' | 'database'>;

/**
 * Look at the schema of the database that a component names, and keep it; a compute that is asleep is woken, as for
 * something that is about to be done. Whatever fails is logged and no more: what cannot be read is unknown. Safe to
 * repeat and to run in parallel.
 *
 * @returns whether it was read
 */
export function lookAtSchema(app: App, component: Looked): Promise<boolean> {
  return look(app, component, async () => ({ at: await beginSchemaLook(app.sql), wake: 'always' }));
}

/**
 * The same where it is the component's turn, at most every `schemaEveryS`, also after a look that failed, and sooner
 * where a state was seen first. What is asleep is left so, and what may be is woken for such a state only: nobody shall
 * pay for a compute that is woken by the hour.
 */
export function lookAtSchemaInTurn(
  app: App,
  component: Looked,
  { schemaEveryS }: Pick<Settings, 'schemaEveryS'>,
): Promise<boolean> {
  return look(app, component, async () => {
    const turn = await takeSchemaTurn(app.sql, component.id, schemaEveryS);
    return turn && { at: turn.at, wake: turn.isFirst ? 'unknown' : 'never' };
  });
}

/** How a look begins: when, by the database's clock, and whether it may wake what is asleep. */
interface Begun {
  readonly at: Date;
  readonly wake: MayWake;
}

/** @param begin - null where it is not to be made */
async function look(
  app: App,
  component: Looked,
  begin: () => Promise<Begun | null>,
): Promise<boolean> {
  const { id: componentId, name, database } = component;
  const place = databasePlace(component);
  if (database === null || place === null) return false;
  try {
    const begun = await begin();
    if (begun === null) return false;
    const request = { component: name, target: database };
    const { neon } = app.platforms;
    if (neon.schema === undefined) return false;
    const limit = AbortSignal.timeout(LOOK_MS);
    const schema = await inTime(limit, neon.schema(request, begun.wake), tooLate);
    if (schema === null) return false;
    const sealed = sealSchema(app, componentId, schema);
    await keepSchema(app.sql, { componentId, place, ...sealed, seenAt: begun.at });
    return true;
  } catch (error) {
    app.log({ level: 'warn', event: 'schema_look_failed', component: name, error });
    return false;
  }
}
