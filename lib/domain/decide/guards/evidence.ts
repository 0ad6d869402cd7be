import type { Settings } from '../../settings.js';
import { durationText } from '../duration-text.js';
import type { EvidenceFacts } from '../facts.js';
import { numberText } from '../number-text.js';
import { type Guard, pass, refuse, secondsAfter } from './guard.js';
import { recent } from './recent.js';

/** Whether the probes alone say that the component is down: silence is not. */
function probedDown({ failedProbes }: EvidenceFacts, { breachesToOpen }: Settings): boolean {
  return failedProbes >= breachesToOpen;
}

/**
 * Several looks must agree, and they must have looked at enough fresh samples.
 *
 * A component that its probes found down needs no samples: it cannot send any. Where a step has just been
 * verified and did not help, that was evidence enough: the window begins anew with each action, so that
 * until a trend can be seen again no assessment would agree, and the next step would come too late.
 */
export const evidence: Guard = ({ evidence: facts, failedStep }, settings, now) => {
  const strength = strengthText(facts, settings);
  if (probedDown(facts, settings)) return pass('evidence', strength);
  const gap = gapText(facts, settings);
  if (gap !== null) return refuse('evidence', gap);
  if (failedStep !== null && ageS(failedStep.endedAt, now) <= settings.verifyPatienceS) {
    return pass('evidence', `${failedStep.action} was verified and did not help`);
  }
  const enough =
    facts.agreeing >= settings.agreeing ||
    (facts.state === 'failing' && facts.breachingInARow >= settings.breachesToOpen);
  return enough ? pass('evidence', strength) : refuse('evidence', `not enough yet: ${strength}`);
};

const ageS = (instant: Date, now: Date): number => (now.getTime() - instant.getTime()) / 1000;

function strengthText(facts: EvidenceFacts, settings: Settings): string {
  return [
    `${facts.agreeing} assessments agree (${settings.agreeing} needed)`,
    `${facts.breachingInARow} breaching samples`,
    `${facts.failedProbes} failed probes (${settings.breachesToOpen} needed)`,
  ].join(', ');
}

/** What is missing of the samples, or null when they are all there: missing data is not a fact. */
function gapText(facts: EvidenceFacts, settings: Settings): string | null {
  const allowedS = settings.freshIntervals * facts.cadenceS;
  if (facts.lastSampleAgeS === null) return 'there are 0 samples';
  if (!(facts.lastSampleAgeS <= allowedS)) {
    const age = durationText(facts.lastSampleAgeS);
    return `the newest sample is ${age} old, more than ${durationText(allowedS)}`;
  }
  return facts.freshShare >= settings.freshShare
    ? null
    : `${numberText(facts.freshShare)} of the expected samples arrived, ${numberText(settings.freshShare)} are needed`;
}

/** One error among three requests is a third of them: a ratio needs a count behind it. */
export const requests: Guard = ({ evidence: facts }, { minRequests, breachesToOpen }) => {
  if (!facts.ratioOnly) return pass('requests', 'the decision does not rest on a ratio alone');
  if (facts.requests === null) {
    const counted = `${facts.breachingInARow} breaching samples in a row, request count unknown`;
    return facts.breachingInARow >= breachesToOpen
      ? pass('requests', counted)
      : refuse('requests', `${counted}; ${breachesToOpen} are needed`);
  }
  const counted = `${numberText(facts.requests)} requests in the window`;
  return facts.requests >= minRequests
    ? pass('requests', counted)
    : refuse('requests', `${counted} prove nothing; ${minRequests} are needed`);
};

/** A component that is hardly known is watched first. */
export const history: Guard = ({ evidence: facts }, { minHistoryS }, now) => {
  const known = `known for ${durationText(facts.historyS)}`;
  if (facts.historyS >= minHistoryS) return pass('history', known);
  const until = Number.isFinite(facts.historyS)
    ? secondsAfter(now, minHistoryS - facts.historyS)
    : null;
  return refuse('history', `${known}; ${durationText(minHistoryS)} are needed`, until);
};

/** An unknown state is neither healthy nor failed, until probes say which. */
export const unknownState: Guard = ({ evidence: facts }, settings) => {
  if (facts.state !== 'unknown') return pass('unknown_state', `the state is ${facts.state}`);
  const probes = `${facts.failedProbes} failed probes (${settings.breachesToOpen} needed)`;
  return probedDown(facts, settings)
    ? pass('unknown_state', `no samples, but ${probes}`)
    : refuse('unknown_state', `the state is unknown, with ${probes}`);
};

/** A component that goes to and fro is left alone: acting on it would only join in. */
export const flapping: Guard = ({ stateChanges }, { flapChanges, flapWindowS }, now) => {
  const { count, until } = recent(stateChanges, flapChanges, flapWindowS, now);
  const changed = `${count} changes of state in ${durationText(flapWindowS)}`;
  return count >= flapChanges
    ? refuse('flapping', `flapping: ${changed}, ${flapChanges} freeze it`, until)
    : pass('flapping', `${changed}, fewer than ${flapChanges}`);
};

/** Right before the call the reason for it must still be there. */
export const premise: Guard = ({ premise: looked }) => {
  if (looked === null) return pass('premise', 'not looked at yet');
  return looked.holds
    ? pass('premise', `still holds: ${looked.why}`)
    : refuse('premise', `no longer holds: ${looked.why}`);
};
