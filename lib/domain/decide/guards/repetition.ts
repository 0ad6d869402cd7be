import { durationText } from '../duration-text.js';
import { cooldownS } from '../settle.js';
import { type Guard, pass, refuse, secondsAfter } from './guard.js';
import { recent } from './recent.js';

const HOUR_S = 3600;

/** One recovery at a time per component and per group, so that each can be judged by itself. */
export const inFlight: Guard = ({ inFlight: facts, component }) => {
  if (facts.component) return refuse('in_flight', `1 recovery of ${component} is in flight`);
  return facts.groupMember === null
    ? pass('in_flight', `0 recoveries of ${component} or its group are in flight`)
    : refuse('in_flight', `1 recovery of ${facts.groupMember} in the same group is in flight`);
};

/**
 * A fault of what it depends on is mended there: acting here would only add to it. What was seen before that was
 * mended is no evidence of a fault of its own. What has just fallen silent may be that fault; and what several
 * components that fail have in common is not treated in each of them, though nobody knows how it fares.
 */
export const upstream: Guard = ({ upstreamBad, unsureUpstream, component }) => {
  if (upstreamBad !== null) {
    const { name, settledAt } = upstreamBad;
    return settledAt === null
      ? refuse('upstream', `${component} depends on ${name}, which has an open incident`)
      : refuse(
          'upstream',
          `${component} depends on ${name}, whose incident has only just closed`,
          settledAt,
        );
  }
  if (unsureUpstream === null) {
    return pass('upstream', `nothing that ${component} depends on has an open incident`);
  }
  const { name, others } = unsureUpstream;
  if (others.length === 0) {
    return refuse(
      'upstream',
      `${component} depends on ${name}, which fell silent at about the time when its trouble began`,
    );
  }
  const who = `${component} and ${others.slice(0, NAMED).join(', ')}`;
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : '';
  return refuse(
    'upstream',
    `${who}${more} began to fail together and depend on ${name}, whose state is not known`,
  );
};

/** Names that a sentence holds; more are counted. */
const NAMED = 5;

/** What most of a group share is not mended one by one: a person was told of all of them at once. */
export const commonCause: Guard = ({ commonCause: cause, component }) =>
  cause === null
    ? pass('common_cause', `${component} shares no common cause, or fails already`)
    : refuse('common_cause', cause);

/** The same action needs a pause on the same component. */
export const cooldown: Guard = ({ action, lastBegan }, settings, now) => {
  const pauseS = cooldownS(action.name, settings);
  const pause = durationText(pauseS);
  const last = lastBegan[action.name];
  if (last === undefined) return pass('cooldown', `no ${action.name} within the last day`);
  const age = durationText((now.getTime() - last.getTime()) / 1000);
  const until = secondsAfter(last, pauseS);
  return until <= now
    ? pass('cooldown', `the last ${action.name} began ${age} ago, cool-down ${pause}`)
    : refuse('cooldown', `the last ${action.name} began ${age} ago; cool-down ${pause}`, until);
};

/** Endless restarts mask the fault: after so many in an hour a person looks. */
export const restartLimit: Guard = ({ action, restartsLastHour }, { restartsPerHour }, now) => {
  if (action.name !== 'restart') return pass('restart_limit', `${action.name} is not a restart`);
  const { count, until } = recent(restartsLastHour, restartsPerHour, HOUR_S, now);
  const done = `${count} restarts in the last hour`;
  return count >= restartsPerHour
    ? refuse('restart_limit', `${done}, the limit is ${restartsPerHour}`, until)
    : pass('restart_limit', `${done}, fewer than ${restartsPerHour}`);
};

/** A second rollback within one incident says that the first was not the answer. */
export const rollbackLimit: Guard = ({ action, rollbacksInIncident }, { rollbacksPerIncident }) => {
  if (action.name !== 'rollback') return pass('rollback_limit', `${action.name} is not a rollback`);
  const done = `${rollbacksInIncident} rollbacks in this incident`;
  return rollbacksInIncident < rollbacksPerIncident
    ? pass('rollback_limit', `${done}, fewer than ${rollbacksPerIncident}`)
    : refuse('rollback_limit', `${done}, the limit is ${rollbacksPerIncident}`);
};
