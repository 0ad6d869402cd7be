import { type App, settingsOf } from '../app.js';
import { Action } from '../domain/decide/action.js';
import { type ActionCheck, healCheck } from '../domain/decide/heal-check.js';
import { type StandbyNow, standbyOf } from '../domain/decide/standby.js';
import { placeOf } from '../domain/place.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import { AppError, type ErrorCode } from '../errors.js';
import { uuid7 } from '../security/uuid7.js';
import { type ComponentView, componentsById } from '../store/components.js';
import { readControl } from '../store/control.js';
import { keepHealCheck, uncheckedComponents } from '../store/heal-checks.js';
import { readStandbys } from '../store/standbys.js';
import { databasePlace } from './database-place.js';
import { executorFor } from './executor.js';
import { knownStates } from './known-states.js';
import { mapLimit } from './map-limit.js';

/** What one look at the fleet came to. */
export interface Checked {
  readonly checked: number;
  /** Whether some are left for the next message. */
  readonly more: boolean;
}

/** A component is looked at once an hour, whenever in it the message comes. */
const EVERY_S = 50 * 60;
/** Components of one message, and those at once: executors have limits of their own. */
const MOST = 200;
const AT_ONCE = 4;
/** Until when a look may begin after the message came: a function has 60 s for all of it. */
const WORK_MS = 25 * SECOND;

/** What a plan may come to want without more; how far to scale, no look can tell. */
const LOOKED_AT: readonly Action[] = (
  ['restart', 'rollback', 'reset_database', 'clean_memory'] as const
).map((name) => Action.parse({ name }));

/** An executor that is away may well be there when it is needed. */
const PASSING: readonly ErrorCode[] = ['upstream_unavailable', 'unavailable'];

/**
 * Look whether each component could be healed, and why not: whether its target is there, the credential
 * suffices, there is something to go back to, and a configuration can be read. Read-only: what would be done is
 * prepared, and not done (see `Platform.prepare` for what that sends).
 *
 * Safe to repeat and to run in parallel: what was looked at within the hour is not looked at again.
 */
export async function checkHealing(app: App): Promise<Checked> {
  const until = Date.now() + WORK_MS;
  const ids = await uncheckedComponents(app.sql, { olderThanS: EVERY_S, limit: MOST });
  const [components, standbys, control] = await Promise.all([
    componentsById(app.sql, ids),
    readStandbys(app.sql),
    readControl(app.sql),
  ]);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const now = new Date();
  const looked = await mapLimit(ids, AT_ONCE, async (id) => {
    const component = components.get(id);
    if (component === undefined || Date.now() > until) return 0;
    const standby = standbyOf(standbys, id, settings, now);
    await keepHealCheck(
      app.sql,
      id,
      healCheck(await actionsOf({ app, settings, component, standby })),
    );
    return 1;
  });
  const checked = looked.reduce<number>((sum, one) => sum + one, 0);
  const more = ids.length === MOST || checked < ids.length;
  if (more && checked > 0) await lookOn(app, ids[checked - 1] ?? 0);
  return { checked, more };
}

/** The rest of the fleet is another message's. */
async function lookOn(app: App, last: number): Promise<void> {
  const hour = Math.floor(Date.now() / (3600 * SECOND));
  await app.queue.publish([
    {
      path: '/api/sweep',
      body: { check: true },
      retries: 0,
      dedupId: `check-${hour}-${last}`,
      label: 'check',
    },
  ]);
}

/** What is looked at, and with what. */
interface Looked {
  readonly app: App;
  readonly settings: Settings;
  readonly component: ComponentView;
  readonly standby: StandbyNow | null;
}

async function actionsOf(looked: Looked): Promise<ActionCheck[]> {
  const { app, component, standby } = looked;
  const checks: ActionCheck[] = [];
  for (const action of LOOKED_AT) {
    const check = await checkOf(looked, action);
    if (check !== null) checks.push(check);
  }
  const config = await configCheck(app, component);
  if (config !== null) checks.push(config);
  if (standby !== null) checks.push(await failoverOf(looked, standby));
  return checks.length > 0 ? checks : [nobody(app, component)];
}

/** Whoever names a standby counts on it: one that could not take over is told, also where nobody could send traffic. */
async function failoverOf(
  looked: Looked,
  { name: to, isReady, why }: StandbyNow,
): Promise<ActionCheck> {
  const { app, component } = looked;
  const action: Action = { name: 'fail_over', to };
  const by = executorFor(app.platforms, component, component.agentPresent, action.name);
  if (typeof by !== 'string') return { action: action.name, by: null, can: 'no', why: by.none };
  if (!isReady) return { action: action.name, by, can: 'no', why };
  const checked = await checkOf(looked, action);
  return checked ?? { action: action.name, by, can: 'yes', why: null };
}

/** Why there is nobody at all. */
function nobody(app: App, component: ComponentView): ActionCheck {
  const executor = executorFor(app.platforms, component, component.agentPresent, 'restart');
  const why = typeof executor === 'string' ? null : executor.none;
  return { action: 'restart', by: null, can: 'no', why };
}

/** Null where nobody ever said that it could be done. */
async function checkOf(
  { app, settings, component }: Looked,
  action: Action,
): Promise<ActionCheck | null> {
  const { name } = action;
  const executor = executorFor(app.platforms, component, component.agentPresent, name);
  if (typeof executor !== 'string') return null;
  const target = placeOf(component, name);
  const request = {
    recoveryId: uuid7(Date.now()),
    component: component.name,
    target,
    action,
    byPerson: false,
    onlyLook: true,
    ...(name === 'rollback' && {
      known: await knownStates(app, component.id, target, {
        ...settings,
        place: databasePlace(component),
      }),
    }),
  };
  const one = { action: name, by: executor };
  return tried({ app, component }, one, async () => {
    const { outdated } = await app.platforms[executor].prepare(request);
    if (outdated !== undefined) throw new AppError('refused', `${component.name}: ${outdated}`);
  });
}

/** Whether the configuration can be read, and so put back once a state is proven; null where nobody puts it back. */
async function configCheck(app: App, component: ComponentView): Promise<ActionCheck | null> {
  const by = executorFor(app.platforms, component, component.agentPresent, 'rollback');
  const platform = typeof by === 'string' ? app.platforms[by] : undefined;
  if (typeof by !== 'string' || platform?.checkConfig === undefined) return null;
  const request = { component: component.name, target: placeOf(component, 'rollback') };
  const one = { action: 'rollback', rollback_type: 'config', by } as const;
  return tried({ app, component }, one, async () => platform.checkConfig?.(request));
}

/** Whether a look succeeds; an executor that is away leaves it unknown. */
async function tried(
  { app, component }: Pick<Looked, 'app' | 'component'>,
  one: Pick<ActionCheck, 'action' | 'rollback_type' | 'by'>,
  look: () => Promise<unknown>,
): Promise<ActionCheck> {
  try {
    await look();
    return { ...one, can: 'yes', why: null };
  } catch (error) {
    if (!(error instanceof AppError)) {
      // Of this one nothing is known then; the others must be looked at all the same.
      app.log({ level: 'error', event: 'heal_check_failed', component: component.name, error });
      return { ...one, can: 'unknown', why: 'an unexpected error' };
    }
    const can = PASSING.includes(error.code) ? 'unknown' : 'no';
    return { ...one, can, why: error.message };
  }
}
