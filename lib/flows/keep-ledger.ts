import type { App } from '../app.js';
import { minutesByLoad } from '../domain/decide/comparable-load.js';
import { blameRule, earnedMinutes } from '../domain/decide/known-state.js';
import { schemaRunWith } from '../domain/decide/schema-run-with.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import type { PlatformState } from '../platforms/platform.js';
import { type ComponentView, componentsById } from '../store/components.js';
import { beginLook, dueLooks, type LookFacts, type PastState } from '../store/known-state-looks.js';
import {
  countBlame,
  keepKnownState,
  type SeenState,
  type StateOwner,
} from '../store/known-states.js';
import { readLoad, selectLoad } from '../store/load-history.js';
import { databasePlace } from './database-place.js';
import { sealConfig } from './known-states.js';
import { lookAtSchemaInTurn } from './look-at-schema.js';
import { mapLimit } from './map-limit.js';
import { targetName } from './target.js';

/**
 * Looks of one sweep, at most: of three calls each at most, and Render allows 400 reads a minute; but of five at
 * Vercel, where the first look at a state reads its variables besides, one by one where they are not listed.
 */
const LOOKS = 40;

/** Looks that run at once. */
const AT_ONCE = 4;

/**
 * How long after its beginning no further look is begun, milliseconds. One that has begun ends by itself:
 * after three calls of 10 s at most, at Vercel after 10 s in all; its database is given 8 s meanwhile.
 */
const LEDGER_MS = 5000;

/**
 * Ask platforms what is live of the components that are due, and let the states earn what these looks show.
 *
 * It is the last thing a sweep does: nobody waits for it, and it never throws. What has waited longest is looked at
 * first, and keeps its turn where the time is up before that. A look that failed is made again when the component's
 * turn comes. Safe to run twice and in parallel.
 *
 * @param now - milliseconds, the computer's clock by default
 * @returns how many states were seen
 */
export async function keepLedger(app: App, settings: Settings, now = Date.now): Promise<number> {
  const end = now() + LEDGER_MS;
  try {
    const platforms = Object.values(app.platforms).filter(({ state }) => state !== undefined);
    const ids = await dueLooks(app.sql, {
      platforms: platforms.map(({ name }) => name),
      everyS: settings.ledgerEveryS,
      limit: LOOKS,
    });
    if (ids.length === 0) return 0;
    const components = await componentsById(app.sql, ids);
    const inTurn = ids.flatMap((id) => components.get(id) ?? []);
    const seen = await mapLimit(inTurn, AT_ONCE, async (component) =>
      now() < end ? lookAt(app, component, settings) : false,
    );
    return seen.filter(Boolean).length;
  } catch (error) {
    app.log({ level: 'warn', event: 'ledger_not_kept', error });
    return 0;
  }
}

/** One component that cannot be looked at must not keep the others from being. */
async function lookAt(app: App, component: ComponentView, settings: Settings): Promise<boolean> {
  const { id, name, platform } = component;
  try {
    if (platform.type === 'none') return false;
    const owner = { componentId: id, target: targetName(platform) };
    const place = databasePlace(component);
    const times = { everyS: settings.ledgerEveryS, freshS: 3 * settings.intervalS, place };
    const facts = await beginLook(app.sql, owner, times);
    if (facts === null) return false;
    const known = new Set(facts.states.map(({ deploymentId }) => deploymentId));
    const request = { component: name, target: platform };
    const [state] = await Promise.all([
      app.platforms[platform.type].state?.(request, known),
      lookAtSchemaInTurn(app, component, settings),
    ]);
    if (state === undefined || state === null) return false;
    await keep(app, { owner, state, facts, settings });
    return true;
  } catch (error) {
    app.log({ level: 'warn', event: 'ledger_look_failed', component: name, error });
    return false;
  }
}

interface Look {
  readonly owner: StateOwner;
  readonly state: PlatformState;
  readonly facts: LookFacts;
  readonly settings: Settings;
}

async function keep(app: App, { owner, state, facts, settings }: Look): Promise<void> {
  const { deployment_id: deploymentId, version, instances, config } = state;
  const liveFrom = wentLive(state, facts);
  const earned = await earnedOf(app, owner, facts, { deploymentId, liveFrom, settings });
  await app.sql.transaction([
    keepKnownState(app.sql, {
      ...owner,
      ...{ deploymentId, version, instances, liveFrom },
      ...sealConfig(app, owner.componentId, config),
      seenAt: facts.now,
      healthy: facts.healthy,
      ...earned,
    }),
    countBlame(app.sql, owner, blameRule(settings)),
  ]);
}

/** When a state went live: not while another was, whatever its platform says. */
function wentLive(
  { deployment_id: id, live_from: told }: PlatformState,
  { states }: LookFacts,
): Date {
  const others = states.filter(({ deploymentId }) => deploymentId !== id);
  return new Date(Math.max(+told, ...others.map(({ lastSeen }) => +lastSeen)));
}

type Earned = Pick<SeenState, 'earnedMinutes' | 'earnedByLoad' | 'schemaId' | 'looks'>;

const NOTHING: Omit<Earned, 'looks'> = { earnedMinutes: 0, earnedByLoad: {}, schemaId: null };

/** What the state that is live has earned since it was seen last, and by which row of it that was worked out. */
async function earnedOf(
  app: App,
  { componentId }: StateOwner,
  facts: LookFacts,
  live: Pick<SeenState, 'deploymentId' | 'liveFrom'> & { readonly settings: Settings },
): Promise<Earned> {
  const before = facts.states.find((one) => one.deploymentId === live.deploymentId);
  if (before === undefined) return { ...NOTHING, looks: 0 };
  const { lastSeen, looks, schemaId: ranWith } = before;
  const { now, schema: newest } = facts;
  const minutes = minutesSince(facts, before);
  if (minutes <= 0) return { ...NOTHING, looks };
  const withinS = (now.getTime() - lastSeen.getTime()) / SECOND;
  const spans = readLoad(await selectLoad(app.sql, { componentId, withinS, until: now }));
  const run = { ranWith, newest, liveFrom: live.liveFrom, lastSeen, now, earnedMinutes: minutes };
  return {
    earnedMinutes: minutes,
    earnedByLoad: minutesByLoad(spans, lastSeen, now),
    schemaId: schemaRunWith(run, live.settings),
    looks,
  };
}

function minutesSince({ states, ...facts }: LookFacts, before: PastState): number {
  return earnedMinutes({
    ...{ lastSeen: before.lastSeen, now: facts.now, checks: facts.checks },
    wasHealthy: before.healthy,
    isHealthy: facts.healthy,
    interrupted: facts.interrupted || states.some(({ lastSeen }) => lastSeen > before.lastSeen),
  });
}
