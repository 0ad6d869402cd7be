import * as fc from 'fast-check';
import type { GuardFacts } from '../../../lib/domain/decide/facts.js';
import { GUARD_NAMES, type Verdict } from '../../../lib/domain/decide/verdict.js';
import { ACTIONS, ago } from './build.js';

const instant = fc.integer({ min: -3600, max: 2 * 86_400 }).map(ago);
const instants = (maxLength: number) =>
  fc.array(instant, { maxLength }).map((all) => all.sort((a, b) => a.getTime() - b.getTime()));
const count = fc.oneof(fc.nat(200), fc.constant(Number.NaN));
const why = fc.constantFrom('a reason', 'another');

/** Any facts at all, consistent or not. */
export const anyFacts: fc.Arbitrary<GuardFacts> = fc.record({
  component: fc.constant('shop'),
  action: fc.constantFrom(...ACTIONS),
  actionClass: fc.constantFrom('reversible', 'repeatable', 'other'),
  origin: fc.constantFrom('automatic', 'person', 'undo'),
  overrides: fc.subarray([...GUARD_NAMES]),
  control: fc.option(fc.record({ paused: fc.boolean(), why: fc.option(why) })),
  freezes: fc.array(fc.record({ why, until: fc.option(instant) }), { maxLength: 3 }),
  deployment: fc.option(fc.record({ version: fc.constant('v7'), startedAt: instant })),
  mode: fc.constantFrom('observe', 'approve', 'auto'),
  executor: fc.oneof(
    fc.constantFrom('render' as const, 'agent' as const),
    fc.record({ none: why }),
  ),
  scale: fc.option(fc.record({ min: fc.nat(5), max: fc.nat(9) })),
  evidence: fc.record({
    state: fc.constantFrom('healthy', 'degraded', 'failing', 'unknown'),
    agreeing: count,
    lastSampleAgeS: fc.option(fc.oneof(fc.nat(600), fc.constant(Number.NaN))),
    cadenceS: fc.integer({ min: 1, max: 900 }),
    freshShare: fc.double({ min: 0, max: 1 }),
    historyS: fc.nat(3 * 86_400),
    ratioOnly: fc.boolean(),
    requests: fc.option(count),
    breachingInARow: count,
    failedProbes: fc.nat(6),
  }),
  inFlight: fc.record({
    component: fc.boolean(),
    groupMember: fc.option(fc.constant('cart')),
  }),
  lastBegan: fc.dictionary(fc.constantFrom(...ACTIONS.map(({ name }) => name)), instant),
  restartsLastHour: instants(6),
  rollbacksInIncident: count,
  automaticLastDay: instants(30),
  fleet: fc.record({
    components: fc.nat(100),
    inRecovery: count,
    bad: count,
    badDependants: count,
    stormSince: fc.option(instant),
    calmSince: fc.option(instant),
  }),
  reach: fc.record({ own: count, lastHour: count }),
  breaker: fc.record({ failures: instants(5), lastSuccessAt: fc.option(instant) }),
  failedStep: fc.option(fc.record({ action: fc.constant('clean_memory'), endedAt: instant })),
  standby: fc.option(
    fc.record({ name: fc.constant('shop-eu'), isReady: fc.boolean(), why: fc.constant('so') }),
  ),
  upstreamBad: fc.option(fc.constant({ name: 'billing', settledAt: null })),
  unsureUpstream: fc.option(
    fc.constantFrom({ name: 'database', others: ['stock'] }, { name: 'database', others: [] }),
  ),
  provider: fc.record({ kind: fc.constantFrom('well', 'degraded', 'unknown', 'out'), why }),
  commonCause: fc.option(fc.constant('one common cause is likely')),
  stateChanges: instants(5),
  premise: fc.option(fc.record({ holds: fc.boolean(), why })),
});

/** Any verdict. */
export const anyVerdict: fc.Arbitrary<Verdict> = fc.record({
  guard: fc.constantFrom(...GUARD_NAMES),
  outcome: fc.constantFrom('pass', 'ask', 'refuse', 'overridden'),
  why,
  until: fc.option(instant),
});
