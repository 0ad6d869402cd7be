import type { App } from '../app.js';
import { settingsOf } from '../app.js';
import { readLastSeen } from '../store/component-state.js';
import { componentsById } from '../store/components.js';
import { decideRound, type Round } from './decide-round.js';
import { readOpen } from './read-open.js';
import { type Healed, settleDecisions } from './settle-decisions.js';
import { readTrustedFacts } from './trusted-facts.js';

/** How often a decision is made anew because another was faster. */
const TRIES = 5;

/** Open incidents that one round looks at, worst first. */
const MOST = 1000;

/**
 * Decide the next move of every open incident (or of one component's), and claim what may be done.
 *
 * Reads facts with the decision version, asks the guards, and claims against that version; a claim that
 * came too late reads again, at most five times. Safe to repeat and to run in parallel.
 *
 * @returns null when nothing could be decided: the control row could not be read, or others were always
 * faster; the next sweep decides then
 */
export async function heal(app: App, componentId: number | null = null): Promise<Healed | null> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const round = await readRound(app, componentId);
    if (round === null) return null;
    const settled = await settleDecisions(app, round, decideRound(app.platforms, round));
    if (settled !== null) return settled;
  }
  app.log({ level: 'warn', event: 'decision_contended', tries: TRIES });
  return null;
}

async function readRound(app: App, componentId: number | null): Promise<Round | null> {
  const facts = await readTrustedFacts(app);
  if (facts === null) return null;
  const open = await readOpen(app, {
    limit: MOST,
    ...(componentId === null ? {} : { componentIds: [componentId] }),
  });
  const ids = open.incidents.map((incident) => incident.componentId);
  const [components, seen] = await Promise.all([
    componentsById(app.sql, ids),
    readLastSeen(app.sql, ids),
  ]);
  return {
    facts,
    settings: settingsOf(app.baseSettings, facts.settings),
    ...open,
    components,
    seen,
  };
}
