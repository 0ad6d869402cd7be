import type { Assessment } from '../assessment.js';
import type { Settings } from '../settings.js';
import { durationText } from './duration-text.js';
import type { Judgement, ReportedEnd } from './judgement.js';

/** What {@link judgeFailover} looks at. */
export interface FailoverInput {
  readonly standby: string;
  readonly reported: ReportedEnd;
  /** What the probe of the address found that people use; null where none is known. */
  readonly probe: 'answers' | 'fails' | null;
  /** The standby as it is now; null where it is not registered any more. */
  readonly after: Pick<Assessment, 'state' | 'breaching' | 'score' | 'asOf'> | null;
  readonly actedAt: Date;
  /** Seconds since the settling time ended. */
  readonly waitedS: number;
  readonly settings: Settings;
}

/**
 * Judge a failover by where traffic is now: the address that people use answers, and the standby does not fail; where
 * no address is known, the standby is healthy. What the component sends that traffic has left says nothing of it,
 * and is no reason to send traffic back: a failover is never `worse`, so that it is not undone by itself.
 */
export function judgeFailover(input: FailoverInput): Judgement {
  const { reported, standby, after, settings } = input;
  if (reported.kind === 'failed')
    return ended('failed', input, `the executor reports: ${reported.why}`);
  if (reported.kind === 'pending') {
    return patience(input, 'the executor has not reported its end', settings.executorPatienceS);
  }
  if (after?.state === 'failing') {
    return ended('failed', input, `${standby} fails now: ${after.breaching.join(', ') || 'down'}`);
  }
  const missing = missingText(input);
  return missing === null
    ? ended('succeeded', input, servedText(input))
    : patience(input, missing, settings.verifyPatienceS);
}

function missingText({ probe, standby, after }: FailoverInput): string | null {
  if (probe === 'fails') return 'its health URL does not answer yet';
  if (probe === 'answers' || after?.state === 'healthy') return null;
  return `${standby} is ${after?.state ?? 'not registered any more'}`;
}

const servedText = ({ probe, standby }: FailoverInput): string =>
  probe === 'answers' ? 'its health URL answers' : `${standby} is healthy`;

function patience(input: FailoverInput, missing: string, patienceS: number): Judgement {
  const waited = `waited ${durationText(input.waitedS)} of ${durationText(patienceS)}`;
  return input.waitedS < patienceS
    ? { kind: 'wait', why: `${missing}; ${waited}` }
    : ended('failed', input, `could not be verified: ${missing}; ${waited}`);
}

function ended(kind: 'succeeded' | 'failed', input: FailoverInput, why: string): Judgement {
  const { standby, probe, after, actedAt } = input;
  const proof = {
    verdict: kind,
    why,
    acted_at: actedAt.toISOString(),
    standby,
    standby_after: after && {
      state: after.state,
      score: after.score,
      breaching: after.breaching,
      judged_at: after.asOf.toISOString(),
    },
    probe,
  };
  return { kind, proof, why };
}
