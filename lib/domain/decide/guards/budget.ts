import type { Settings } from '../../settings.js';
import { durationText } from '../duration-text.js';
import type { FleetFacts, GuardFacts } from '../facts.js';
import { numberText } from '../number-text.js';
import type { GuardName, Verdict } from '../verdict.js';
import { type Guard, pass, refuse, secondsAfter } from './guard.js';
import { recent } from './recent.js';

const HOUR_S = 3600;
const DAY_S = 86_400;
/** Takes back what a product of two decimals loses: 0.29 × 100 is 28.999999999999996. */
const ROUNDING = 1e-9;

/** Automatic actions that the installation may begin in an hour. */
export function hourlyLimit(settings: Settings, components: number): number {
  const share = Math.floor(settings.actionsPerHourShare * components + ROUNDING);
  return Math.max(settings.actionsPerHour, share);
}

/** A fault that wants many actions at once is a fault of another kind. */
export const hourlyBudget: Guard = (facts, settings, now) =>
  budget({ guard: 'hourly_limit', windowS: HOUR_S, factor: 1 }, facts, settings, now);

/** What the hourly budget allows, it may not allow all day. */
export const dailyBudget: Guard = (facts, settings, now) =>
  budget(
    { guard: 'daily_limit', windowS: DAY_S, factor: settings.actionsPerDayFactor },
    facts,
    settings,
    now,
  );

function budget(
  { guard, windowS, factor }: { guard: GuardName; windowS: number; factor: number },
  { automaticLastDay, fleet }: GuardFacts,
  settings: Settings,
  now: Date,
): Verdict {
  const limit = factor * hourlyLimit(settings, fleet.components);
  const { count, until } = recent(automaticLastDay, limit, windowS, now);
  const done = `${count} automatic actions in the last ${durationText(windowS)}`;
  return count < limit
    ? pass(guard, `${done}, fewer than ${limit}`)
    : refuse(guard, `${done}, the limit is ${limit}`, until);
}

/** Most components must be left as they are while some are being healed. */
export const recoveryShare: Guard = ({ fleet }, settings) => {
  const share = Math.floor(settings.recoveryShare * fleet.components + ROUNDING);
  const limit = Math.max(1, share);
  const after = `${fleet.inRecovery + 1} of ${fleet.components} components would be in recovery`;
  return fleet.inRecovery + 1 <= limit
    ? pass('recovery_share', `${after}, at most ${limit}`)
    : refuse('recovery_share', `${after}, the limit is ${limit}`);
};

/** Whether most of what is bad depends on this component, and the rest of it would be no storm. */
function isRoot(fleet: FleetFacts, settings: Settings): boolean {
  const { bad, badDependants, components } = fleet;
  if (!(badDependants > 0 && 2 * badDependants >= bad - 1)) return false;
  return !isStorm({ bad: bad - badDependants, components }, settings);
}

/**
 * When much is bad at once the cause is shared, and treating each component by itself does harm:
 * automatic action stops for all but a root that accounts for it, and goes on only once it has been calm for a
 * while.
 */
export const storm: Guard = ({ fleet, component }, settings, now) => {
  const bad = `${fleet.bad} of ${fleet.components} components are bad at once`;
  if (isRoot(fleet, settings)) {
    return pass('storm', `${bad}, and ${fleet.badDependants} of them depend on ${component}`);
  }
  if (isStorm(fleet, settings)) {
    const from = `${settings.stormMin} and ${numberText(settings.stormShare)} of all stop everything`;
    return refuse('storm', `storm: ${bad}; ${from}`);
  }
  if (fleet.stormSince === null) return pass('storm', `${bad}: no storm`);
  const pause = durationText(settings.stormCalmS);
  if (fleet.calmSince === null) return refuse('storm', `${bad}: not calm yet, ${pause} are needed`);
  const until = secondsAfter(fleet.calmSince, settings.stormCalmS);
  const calm = durationText((now.getTime() - fleet.calmSince.getTime()) / 1000);
  return until <= now
    ? pass('storm', `${bad}: calm for ${calm}, ${pause} were needed`)
    : refuse('storm', `${bad}: calm for ${calm}, ${pause} are needed`, until);
};

/** Whether so many components are bad at once that automatic action must stop. */
export function isStorm(
  { bad, components }: Pick<FleetFacts, 'bad' | 'components'>,
  { stormMin, stormShare }: Settings,
): boolean {
  return !(bad < stormMin || bad < stormShare * components - ROUNDING);
}
