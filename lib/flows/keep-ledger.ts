import type { App } from '../app.js';
import { earnedMinutes, incidentsOf } from '../domain/decide/known-state.js';
import type { Settings } from '../domain/settings.js';
import type { PlatformState } from '../platforms/platform.js';
import { type ComponentView, componentsById } from '../store/components.js';
import { type LookFacts, readLookFacts, takeLooks } from '../store/known-state-looks.js';
import {
  keepBlame,
  keepKnownState,
  type StateBlame,
  type StateOwner,
  type StoredState,
} from '../store/known-states.js';
import { sealConfig } from './known-states.js';
import { mapLimit } from './map-limit.js';
import { targetName } from './target.js';

/** Looks of one sweep, at most: three calls each, and Render allows 400 reads a minute. */
const LOOKS = 40;

/** Looks that run at once. */
const AT_ONCE = 4;

/** How long after its beginning no further look is begun, milliseconds. */
const LEDGER_MS = 5000;

/**
 * Ask platforms what is live of the components that are due, and let the states earn what these looks show.
 *
 * It is the last thing a sweep does: nobody waits for it, and it never throws. A look that failed is made
 * again when the component's turn comes. Safe to run twice and in parallel.
 *
 * @returns how many states were seen
 */
export async function keepLedger(app: App, settings: Settings): Promise<number> {
  const end = Date.now() + LEDGER_MS;
  try {
    const platforms = Object.values(app.platforms).filter(({ state }) => state !== undefined);
    const ids = await takeLooks(app.sql, {
      platforms: platforms.map(({ name }) => name),
      everyS: settings.ledgerEveryS,
      limit: LOOKS,
    });
    if (ids.length === 0) return 0;
    const components = [...(await componentsById(app.sql, ids)).values()];
    const seen = await mapLimit(components, AT_ONCE, async (component) =>
      Date.now() < end ? lookAt(app, component, settings) : false,
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
    const state = await app.platforms[platform.type].state?.({ component: name, target: platform });
    if (state === undefined || state === null) return false;
    const owner = { componentId: id, target: targetName(platform) };
    const facts = await readLookFacts(app.sql, owner, 3 * settings.intervalS);
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
  const before = facts.states.find((one) => one.deploymentId === deploymentId);
  const liveFrom = before?.liveFrom ?? wentLive(state, facts.states);
  await app.sql.transaction([
    keepKnownState(app.sql, {
      ...owner,
      ...{ deploymentId, version, liveFrom, instances },
      ...sealConfig(app, owner.componentId, config),
      healthy: facts.healthy,
      earnedMinutes: before === undefined ? 0 : earned(before, facts),
      looks: before?.looks ?? 0,
    }),
    keepBlame(app.sql, owner, blame({ ...facts, liveNow: { deploymentId, liveFrom } }, settings)),
  ]);
}

/** When a state went live that nobody has seen before: not while another was, whatever its platform says. */
function wentLive({ created_at: created }: PlatformState, others: readonly StoredState[]): Date {
  return new Date(Math.max(+created, ...others.map(({ lastSeen }) => +lastSeen)));
}

function earned({ lastSeen, healthy }: StoredState, facts: LookFacts): number {
  const { now, troubles, incidents } = facts;
  return earnedMinutes({
    lastSeen,
    now,
    wasHealthy: healthy,
    isHealthy: facts.healthy,
    interrupted:
      troubles.some((at) => at > lastSeen) ||
      incidents.some(({ closedAt }) => closedAt === null || closedAt > lastSeen),
  });
}

/** Each state's incidents: those that opened after it went live, and before the next one did. */
function blame(
  {
    states,
    incidents,
    liveNow,
  }: Pick<LookFacts, 'states' | 'incidents'> & {
    readonly liveNow: Pick<StoredState, 'deploymentId' | 'liveFrom'>;
  },
  settings: Settings,
): StateBlame[] {
  const others = states.filter(({ deploymentId }) => deploymentId !== liveNow.deploymentId);
  const all = [liveNow, ...others].toSorted((a, b) => +b.liveFrom - +a.liveFrom);
  return all.map(({ deploymentId, liveFrom }, i) => ({
    deploymentId,
    ...incidentsOf(incidents, { liveFrom, until: all[i - 1]?.liveFrom ?? null }, settings),
  }));
}
