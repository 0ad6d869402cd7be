import type { ShownIncident, ShownRecovery } from '../stage/api.js';
import type { Lost } from '../stage/load.js';
import type { Exit } from '../stage/supervisor.js';
import type { Act } from './acts.js';
import { freedMb, type HeapSeen } from './freed.js';

/** What was measured of one service in one act. */
export interface Measured {
  /** The service's incidents, oldest first: the first is the act's. */
  readonly incidents: readonly ShownIncident[];
  readonly exits: readonly Exit[];
  readonly sent: number;
  readonly lost: readonly Lost[];
}

/** One act, measured: times are seconds since its traffic began, null where it did not come to that. */
export interface Outcome {
  readonly act: number;
  readonly component: string;
  readonly predicted_s: number | null;
  readonly acted: readonly { readonly action: string; readonly at_s: number | null }[];
  readonly verified_s: number | null;
  readonly closed_s: number | null;
  readonly fails_without_s: number | null;
  readonly fails_without: string | null;
  /** The driving metric around the last action, percent. */
  readonly before_percent: number | null;
  readonly after_percent: number | null;
  /** Heap freed by the act's actions, MiB, from the agent's samples; null where memory is not the matter. */
  readonly memory_freed_mb: number | null;
  readonly sent: number;
  readonly lost_with: number;
  readonly sent_without: number;
  readonly lost_without: number;
  /** Why the act does not count as healed before failure; empty when it does. */
  readonly why_not: readonly string[];
}

/** All that an outcome is made of. */
export interface Observed {
  readonly act: Act;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly healed: Measured;
  readonly alone: Measured;
  /** The healed service's heap, look by look. */
  readonly heap: readonly HeapSeen[];
}

/** When and how a service failed by itself; null when it did not. */
export function failureOf(
  { failsBy }: Act,
  { exits, lost }: Pick<Measured, 'exits' | 'lost'>,
): { readonly at: number; readonly why: string } | null {
  if (failsBy === 'exit') return exits.find(({ orderly }) => !orderly) ?? null;
  const first = lost.toSorted((a, b) => a.sentAt - b.sentAt)[0];
  return first === undefined ? null : { at: first.at, why: `first request lost: ${first.why}` };
}

/** The recoveries of the act's own actions: a fault that goes on may call for more later. */
function ownRecoveries(act: Act, incident: ShownIncident | undefined): readonly ShownRecovery[] {
  return incident?.recoveries.slice(0, act.actions.length) ?? [];
}

/** What must hold of an act, and what is said where it does not. */
function whyNot({ act, healed, alone }: Observed): string[] {
  const { incidents, exits, lost } = healed;
  const [incident] = incidents;
  const recoveries = ownRecoveries(act, incident);
  const last = recoveries.at(-1);
  const actedAt = last?.acted_at ?? Number.POSITIVE_INFINITY;
  const actions = recoveries.map(({ action }) => action).join(', ');
  const died = exits.find(({ orderly }) => !orderly);
  const healedAt = last?.ended_at ?? Number.POSITIVE_INFINITY;
  const asked =
    incident?.timeline.some(({ kind, at }) => kind === 'paged' && at < healedAt) === true;
  const early = lost.filter(({ sentAt }) => sentAt < actedAt).length;
  const failedAt = failureOf(act, alone)?.at ?? null;
  const checks: readonly (readonly [boolean, string])[] = [
    [incident !== undefined, 'nothing was predicted'],
    [(incident?.failed_at ?? null) === null, 'it was failing before it was healed'],
    [died === undefined, `the service ${died?.why}`],
    [actions === act.actions.join(', '), `what was done: ${actions || 'nothing'}`],
    [last?.state === 'succeeded', 'the last action was not verified'],
    [!asked, 'a person was asked before it was healed'],
    [early === 0, `requests lost before the last action: ${early}`],
    [failedAt !== null, 'left alone it did not fail, so nothing is shown'],
    [failedAt === null || actedAt < failedAt, 'left alone it failed before the last action'],
  ];
  return checks.filter(([holds]) => !holds).map(([, why]) => why);
}

/** Put an act's measurements together, and say whether it was healed before it failed. */
export function outcomeOf(observed: Observed): Outcome {
  const { act, startedAt, healed, alone, heap } = observed;
  const [incident] = healed.incidents;
  const recoveries = ownRecoveries(act, incident);
  const last = recoveries.at(-1);
  const failure = failureOf(act, alone);
  const after = (at: number | null | undefined): number | null =>
    at === null || at === undefined ? null : Math.round((at - startedAt) / 100) / 10;
  return {
    act: act.number,
    component: act.component,
    predicted_s: after(incident?.opened_at),
    acted: recoveries.map(({ action, acted_at }) => ({ action, at_s: after(acted_at) })),
    verified_s: last?.state === 'succeeded' ? after(last.ended_at) : null,
    closed_s: after(incident?.closed_at),
    fails_without_s: after(failure?.at),
    fails_without: failure?.why ?? null,
    before_percent: last?.proof?.before.metrics[act.metric] ?? null,
    after_percent: last?.proof?.after.metrics[act.metric] ?? null,
    memory_freed_mb: act.metric === 'memory_usage' ? freedMb(recoveries, heap) : null,
    sent: healed.sent,
    lost_with: healed.lost.length,
    sent_without: alone.sent,
    lost_without: alone.lost.length,
    why_not: whyNot(observed),
  };
}
