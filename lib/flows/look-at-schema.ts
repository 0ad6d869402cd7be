import type { App } from '../app.js';
import type { Settings } from '../domain/settings.js';
import type { ComponentView } from '../store/components.js';
import { beginSchemaLook, keepSchema } from '../store/database-schemas.js';
import { takeSchemaTurn } from '../store/known-state-looks.js';
import { databasePlace } from './database-place.js';
import { inTime } from './in-time.js';
import { sealSchema } from './known-schemas.js';

/** How long one look may take, milliseconds, so that neither a sweep nor a recovery waits for a database that hangs. */
const LOOK_MS = 8000;

/** Whose database is looked at. */
export type Looked = Pick<ComponentView, 'id' | 'name' | 'database'>;

/**
 * Look at the schema of the database that a component names, and keep it; a compute that is asleep is woken, as for
 * something that is about to be done. Whatever fails is logged and no more: what cannot be read is unknown. Safe to
 * repeat and to run in parallel.
 */
export function lookAtSchema(app: App, component: Looked): Promise<void> {
  return look(app, component, true, () => beginSchemaLook(app.sql));
}

/**
 * The same where it is the component's turn, at most every `schemaEveryS`, also after a look that failed; what is
 * asleep is left so.
 */
export function lookAtSchemaInTurn(
  app: App,
  component: Looked,
  { schemaEveryS }: Pick<Settings, 'schemaEveryS'>,
): Promise<void> {
  return look(app, component, false, () => takeSchemaTurn(app.sql, component.id, schemaEveryS));
}

/** @param begin - answers when the look began, by the database's clock; null where it is not to be made */
async function look(
  app: App,
  component: Looked,
  mayWake: boolean,
  begin: () => Promise<Date | null>,
): Promise<void> {
  const { id: componentId, name, database } = component;
  const place = databasePlace(component);
  if (database === null || place === null) return;
  try {
    const seenAt = await begin();
    if (seenAt === null) return;
    const request = { component: name, target: database };
    const schema = await inTime(LOOK_MS, async () => app.platforms.neon.schema?.(request, mayWake));
    if (schema === undefined || schema === null) return;
    const sealed = sealSchema(app, componentId, schema);
    await keepSchema(app.sql, { componentId, place, ...sealed, seenAt });
  } catch (error) {
    app.log({ level: 'warn', event: 'schema_look_failed', component: name, error });
  }
}
