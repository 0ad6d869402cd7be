import type { Settings } from '../settings.js';
import type { Incident } from './incident.js';
import type { GuardName, Verdict } from './verdict.js';

/** What follows when the guards refused a step. */
export type AfterRefusal =
  | { readonly kind: 'wait'; readonly until: Date | null; readonly why: string }
  | { readonly kind: 'next' | 'page'; readonly why: string };

/** What {@link afterRefusal} looks at. */
export interface RefusalInput {
  readonly verdicts: readonly Verdict[];
  readonly incident: Pick<Incident, 'openedAt'>;
  readonly settings: Settings;
  readonly now: Date;
}

/**
 * What a refusal by each guard means for the plan:
 *
 * - `told`: a person was told already, of this and of what it shares with others;
 * - `hold`: somebody or something else is at work, and its end is known or will be seen;
 * - `doubt`: the data does not carry the decision (yet);
 * - `page`: the limit of what may be done without a person;
 * - `next`: this step cannot be carried out at all;
 * - `pause`: it passes by itself soon.
 */
const MEANING: Readonly<Record<GuardName, 'told' | 'hold' | 'doubt' | 'page' | 'next' | 'pause'>> =
  {
    kill_switch: 'page',
    freeze: 'hold',
    deployment: 'hold',
    mode: 'page',
    executor: 'next',
    action_class: 'page',
    bounds: 'next',
    standby: 'next',
    evidence: 'doubt',
    requests: 'doubt',
    history: 'page',
    unknown_state: 'doubt',
    flapping: 'page',
    upstream: 'hold',
    provider: 'hold',
    common_cause: 'told',
    in_flight: 'hold',
    cooldown: 'pause',
    restart_limit: 'page',
    rollback_limit: 'page',
    hourly_limit: 'page',
    daily_limit: 'page',
    recovery_share: 'pause',
    reach: 'page',
    storm: 'page',
    breaker: 'page',
    premise: 'doubt',
  };

/**
 * Decide what follows when the guards refused a step of a plan: nothing stays silent for ever.
 *
 * A freeze, a deployment, another recovery or an upstream goes first. Doubt about the data waits for better
 * data. Whatever cannot say when it will pass is told to a person `unknownTellS` from the incident's
 * opening. A limit that has been reached
 * asks a person at once.
 *
 * @throws {RangeError} when no verdict refuses: then there is nothing to follow
 */
export function afterRefusal({ verdicts, incident, settings, now }: RefusalInput): AfterRefusal {
  const refused = verdicts.filter(({ outcome }) => outcome === 'refuse');
  if (refused.length === 0) {
    throw new RangeError(`no verdict refuses among ${verdicts.length}`);
  }
  const by = (meaning: string) => refused.filter(({ guard }) => MEANING[guard] === meaning);
  const tellAt = new Date(incident.openedAt.getTime() + settings.unknownTellS * 1000);
  if (by('told').length > 0) return { kind: 'wait', until: null, why: text(by('told')) };
  if (by('hold').length > 0) return waitFor(by('hold'), tellAt, now);
  if (by('doubt').length > 0) {
    return tellAt > now
      ? { kind: 'wait', until: tellAt, why: text(by('doubt')) }
      : { kind: 'page', why: text(by('doubt')) };
  }
  if (by('page').length > 0) return { kind: 'page', why: text(by('page')) };
  return by('next').length > 0
    ? { kind: 'next', why: text(by('next')) }
    : waitFor(by('pause'), tellAt, now);
}

/** Until the last of the refusals passes; one that cannot say when is told to a person in time. */
function waitFor(refused: readonly Verdict[], tellAt: Date, now: Date): AfterRefusal {
  const ends = refused.map(({ until }) => until?.getTime() ?? Number.NaN);
  const last = Math.max(...ends);
  if (!Number.isNaN(last)) return { kind: 'wait', until: new Date(last), why: text(refused) };
  return tellAt > now
    ? { kind: 'wait', until: null, why: text(refused) }
    : { kind: 'page', why: text(refused) };
}

function text(refused: readonly Verdict[]): string {
  return refused.map(({ guard, why }) => `${guard}: ${why}`).join('; ');
}
