import { actionText } from '../action-text.js';
import { durationText } from '../duration-text.js';
import type { GuardFacts } from '../facts.js';
import type { Verdict } from '../verdict.js';
import { ask, type Guard, pass, refuse, secondsAfter } from './guard.js';

/** Nothing runs while the installation is paused, or while nobody can tell whether it is. */
export const killSwitch = ({ control }: Pick<GuardFacts, 'control'>): Verdict => {
  if (control === null) {
    return refuse('kill_switch', 'the kill switch could not be read, which counts as paused');
  }
  return control.paused
    ? refuse('kill_switch', `Forestall is paused: ${control.why ?? 'no reason given'}`)
    : pass('kill_switch', 'Forestall is not paused');
};

/**
 * Nothing runs while a freeze, or a maintenance window, covers the component; the last one to end counts,
 * and one without a known end outlasts all others.
 */
export const freeze: Guard = ({ freezes, component }, _settings, now) => {
  const standing = freezes.filter(({ until }) => until === null || !(until <= now));
  const endless = standing.find(({ until }) => until === null);
  if (endless !== undefined) {
    return refuse('freeze', `frozen until somebody ends it: ${endless.why}`);
  }
  const [last] = standing
    .flatMap(({ why, until }) => (until === null ? [] : [{ why, until }]))
    .sort((a, b) => b.until.getTime() - a.until.getTime());
  if (last === undefined) return pass('freeze', `0 freezes cover ${component} now`);
  const left = durationText((last.until.getTime() - now.getTime()) / 1000);
  return refuse('freeze', `frozen for another ${left}: ${last.why}`, last.until);
};

/**
 * Nothing runs while a deployment is in progress, which may look like a failure; not for ever, since a
 * pipeline may forget to say that it has ended. The rollback of that same deployment is spared.
 */
export const deployment: Guard = (facts, { deploymentFreezeS }, now) => {
  const running = facts.deployment;
  if (running === null) return pass('deployment', 'no deployment is in progress');
  const age = durationText((now.getTime() - running.startedAt.getTime()) / 1000);
  const what = `the deployment of ${running.version} began ${age} ago`;
  const until = secondsAfter(running.startedAt, deploymentFreezeS);
  if (until <= now) {
    return pass('deployment', `${what}, more than the ${durationText(deploymentFreezeS)} allowed`);
  }
  return rollsBack(facts, running.version)
    ? pass('deployment', `${what}, and this rolls it back`)
    : refuse('deployment', `${what} and is in progress`, until);
};

/** A rollback to the very version that is being deployed would only deploy it again. */
function rollsBack({ action }: GuardFacts, version: string): boolean {
  return (
    action.name === 'rollback' && action.rollback_type === 'deployment' && action.to !== version
  );
}

/** What the component's owner allows Forestall to do by itself. */
export const mode: Guard = ({ mode: allowed, modeRule = null, action, component }) => {
  const what = actionText(action, component) + (modeRule === null ? '' : ` (rule ${modeRule})`);
  switch (allowed) {
    case 'observe':
      return refuse('mode', `observe mode: would ${what}`);
    case 'approve':
      return ask('mode', `approve mode: asks before it may ${what}`);
    case 'auto':
      return pass('mode', `auto mode: may ${what}`);
  }
};
