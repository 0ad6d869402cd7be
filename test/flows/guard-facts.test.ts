import { describe, expect, it } from 'vitest';
import { NO_MEMORY } from '../../lib/domain/decide/memory.js';
import type { Bad } from '../../lib/domain/decide/suspects.js';
import { guardFacts, type Proposal } from '../../lib/flows/guard-facts.js';
import type { LastSeen } from '../../lib/store/component-state.js';
import type { DecisionFacts, RecentRecovery } from '../../lib/store/decision-fact-rows.js';
import { ago, goodEvidence, NOW, settings } from '../domain/decide/build.js';
import { CALM } from '../support/flow-parts.js';

function decisionFacts(changes: Partial<DecisionFacts> = {}): DecisionFacts {
  return {
    now: NOW,
    version: '7',
    paused: false,
    pausedWhy: null,
    settings: {},
    stormSince: null,
    calmSince: null,
    components: 10,
    bad: 1,
    openIncidents: [],
    closedIncidents: [],
    unsureUpstreams: [],
    dependencies: [],
    commonCauses: [],
    predictedIncidents: [],
    providers: [],
    standbys: [],
    platforms: [],
    rules: [],
    incidentRules: [],
    freezes: [],
    deployments: [],
    recent: [],
    ...changes,
  };
}

const bad = (component: string, changes: Partial<Bad> = {}): Bad => ({
  component,
  since: ago(60),
  isFailing: true,
  isOwnChange: false,
  ...changes,
});

let ids = 0;

function recent(changes: Partial<RecentRecovery> = {}): RecentRecovery {
  ids += 1;
  return {
    id: `recovery-${ids}`,
    componentId: 1,
    component: 'shop',
    group: null,
    incidentId: null,
    action: 'restart',
    origin: 'automatic',
    state: 'succeeded',
    beganAt: ago(600),
    actedAt: ago(590),
    endedAt: ago(500),
    ...changes,
  };
}

function proposal(changes: Partial<Proposal> = {}): Proposal {
  return {
    component: {
      id: 1,
      name: 'shop',
      mode: 'approve',
      modes: {},
      scale: null,
      group: null,
      platform: { type: 'none' },
      providers: [],
    },
    action: { name: 'restart' },
    origin: 'automatic',
    overrides: [],
    executor: 'render',
    incident: { id: 'incident', openedAt: ago(1200) },
    itself: null,
    premise: null,
    seen: null,
    ...changes,
  };
}

const of = (facts: Partial<DecisionFacts>, changes: Partial<Proposal> = {}) =>
  guardFacts(decisionFacts(facts), proposal(changes), settings());

describe('guardFacts', () => {
  it('takes an action’s own mode over that of the component', () => {
    const component = { ...proposal().component, modes: { restart: 'auto' } as const };
    expect(of({}, { component }).mode).toBe('auto');
    expect(of({}, { component, action: { name: 'clean_memory' } }).mode).toBe('approve');
  });

  it('assumes nothing good of a component that no sweep has seen', () => {
    expect(of({}).evidence).toMatchObject({ state: 'unknown', agreeing: 0, lastSampleAgeS: null });
    expect(of({}).stateChanges).toEqual([]);
  });

  it('takes the age of the newest sample anew, by the clock of the facts', () => {
    const seen: LastSeen = {
      componentId: 1,
      memory: { ...NO_MEMORY, changes: [ago(60).getTime()] },
      evidence: goodEvidence({ lastSampleAgeS: 1 }),
      premise: CALM,
      lastSampleAt: ago(90),
      timeToFailureS: null,
    };
    expect(of({}, { seen }).evidence.lastSampleAgeS).toBe(90);
    expect(of({}, { seen }).stateChanges).toEqual([ago(60)]);
    const early = { ...seen, lastSampleAt: ago(-5) };
    expect(of({}, { seen: early }).evidence.lastSampleAgeS).toBe(0);
    expect(of({}, { seen: { ...seen, lastSampleAt: null } }).evidence.lastSampleAgeS).toBeNull();
  });

  it.each([
    ['its own', 1, null, 1],
    ['everybody’s', null, null, 1],
    ['another’s', 2, null, 0],
    ['its group’s', null, 'pair', 1],
    ['another group’s', null, 'trio', 0],
  ])('counts a freeze that is %s', (_, componentId, group, count) => {
    const freezes = [{ componentId, group, why: 'x', until: ago(-60) }];
    const component = { ...proposal().component, group: 'pair' };
    expect(of({ freezes }, { component }).freezes).toHaveLength(count);
  });

  it('counts no group’s freeze for a component that is in none', () => {
    const freezes = [{ componentId: null, group: 'pair', why: 'x', until: null }];
    expect(of({ freezes }).freezes).toEqual([]);
  });

  it('knows of a deployment of this component alone', () => {
    const deployments = [{ componentId: 2, version: 'v2', startedAt: ago(60) }];
    expect(of({ deployments }).deployment).toBeNull();
    deployments.push({ componentId: 1, version: 'v1', startedAt: ago(60) });
    expect(of({ deployments }).deployment).toMatchObject({ version: 'v1' });
  });

  it.each([
    ['planned', true],
    ['awaiting_approval', true],
    ['executing', true],
    ['verifying', true],
    ['succeeded', false],
    ['failed', false],
  ] as const)('sees a recovery that is %s as in flight: %s', (state, inFlight) => {
    const facts = of({ recent: [recent({ state, endedAt: null })] });
    expect(facts.inFlight.component).toBe(inFlight);
    expect(facts.fleet.inRecovery).toBe(0);
  });

  it('does not stand in its own way', () => {
    const own = recent({ state: 'executing', endedAt: null });
    const facts = of({ recent: [own] }, { itself: own.id });
    expect(facts.inFlight.component).toBe(false);
    expect(facts.restartsLastHour).toEqual([]);
    expect(facts.automaticLastDay).toEqual([]);
    expect(facts.lastBegan).toEqual({});
  });

  it('counts other components in recovery, each once, and finds those of the same group', () => {
    const component = { ...proposal().component, group: 'pair' };
    const flying = { state: 'verifying', endedAt: null } as const;
    const others = [
      recent({ ...flying, componentId: 2, component: 'twin', group: 'pair' }),
      recent({ ...flying, componentId: 3, component: 'stranger', group: 'other' }),
      recent({ ...flying, componentId: 3, component: 'stranger', group: 'other' }),
    ];
    expect(of({ recent: others }, { component })).toMatchObject({
      inFlight: { component: false, groupMember: 'twin' },
      fleet: { inRecovery: 2, components: 10, bad: 1 },
    });
    expect(of({ recent: others }).inFlight.groupMember).toBeNull();
  });

  it('does not count as under way what waits for a person’s word', () => {
    const waiting = { state: 'awaiting_approval', endedAt: null } as const;
    const component = { ...proposal().component, group: 'pair' };
    const others = [recent({ ...waiting, componentId: 2, component: 'twin', group: 'pair' })];
    expect(of({ recent: others }, { component })).toMatchObject({
      inFlight: { component: false, groupMember: null },
      fleet: { inRecovery: 0 },
    });
    expect(of({ recent: [recent(waiting)] }).inFlight.component).toBe(true);
  });

  it('knows the plan’s last step where it did not help, of this incident alone', () => {
    const failed = { state: 'failed', action: 'clean_memory', incidentId: 'incident' } as const;
    const step = { action: 'clean_memory', endedAt: ago(500) };
    expect(of({ recent: [recent(failed)] }).failedStep).toEqual(step);
    const before = recent({ ...failed, action: 'reset_database', beganAt: ago(900) });
    expect(of({ recent: [recent(failed), before] }).failedStep).toEqual(step);
    for (const other of [
      { ...failed, incidentId: 'another' },
      { ...failed, origin: 'person' as const },
      { ...failed, state: 'succeeded' as const },
    ]) {
      expect(of({ recent: [recent(other)] }).failedStep).toBeNull();
    }
    expect(of({ recent: [recent(failed)] }, { incident: null }).failedStep).toBeNull();
  });

  it('lets the older of two that are planned go first, whoever looks', () => {
    const planned = (id: string, componentId: number, agoS: number) =>
      recent({
        id,
        componentId,
        group: 'web',
        state: 'planned',
        beganAt: ago(agoS),
        endedAt: null,
      });
    const both = { recent: [planned('old', 1, 60), planned('new', 2, 30)] };
    const component = { ...proposal().component, group: 'web' };
    const seenBy = (itself: string | null, id: number) =>
      of(both, { itself, component: { ...component, id } }).inFlight.groupMember;
    expect(seenBy('old', 1)).toBeNull();
    expect(seenBy('new', 2)).not.toBeNull();
    expect(seenBy(null, 3)).not.toBeNull();
  });

  it('knows what it depends on that has an open incident', () => {
    const open = { openIncidents: [bad('shop'), bad('billing')] };
    const dependencies = [{ name: 'shop', on: ['cart', 'billing'] }];
    expect(of({ ...open, dependencies }).upstreamBad).toEqual({ name: 'billing', settledAt: null });
    expect(of(open).upstreamBad).toBeNull();
  });

  it('knows the root of its trouble, past what looks healthy between them', () => {
    const dependencies = [
      { name: 'shop', on: ['cart'] },
      { name: 'cart', on: ['stock'] },
      { name: 'stock', on: ['database'] },
    ];
    const openIncidents = ['shop', 'stock', 'database'].map((one) => bad(one));
    expect(of({ dependencies, openIncidents }).upstreamBad).toMatchObject({ name: 'database' });
  });

  it('counts what it depends on as bad for a while after that is well, the open ones first', () => {
    const dependencies = [{ name: 'shop', on: ['billing', 'cart'] }];
    const closed = (component: string, agoS: number) => ({
      ...bad(component, { since: ago(900) }),
      closedAt: ago(agoS),
    });
    const closedIncidents = [closed('billing', 300), closed('billing', 100), closed('shop', 50)];
    const facts = { dependencies, closedIncidents };
    const settledAt = ago(100 - settings().upstreamSettleS);
    expect(of(facts).upstreamBad).toEqual({ name: 'billing', settledAt });
    const openIncidents = [bad('shop'), bad('cart')];
    expect(of({ ...facts, openIncidents }).upstreamBad).toEqual({ name: 'cart', settledAt: null });
    expect(of({ dependencies, closedIncidents: [closed('billing', 181)] }).upstreamBad).toBeNull();
    // What fails since before its dependency did is not that one's doing.
    const longer = [bad('shop', { since: ago(1800) })];
    expect(of({ ...facts, openIncidents: longer }).upstreamBad).toBeNull();
  });

  it('knows what it shares with others that fail, though nobody knows how that fares', () => {
    const dependencies = [
      { name: 'shop', on: ['database'] },
      { name: 'stock', on: ['shelf'] },
      { name: 'shelf', on: ['database'] },
    ];
    const facts = {
      dependencies,
      openIncidents: [bad('shop'), bad('stock')],
      unsureUpstreams: [{ name: 'database', silentSince: null }],
    };
    expect(of(facts).unsureUpstream).toEqual({ name: 'database', others: ['stock'] });
    expect(of({ ...facts, unsureUpstreams: [] }).unsureUpstream).toBeNull();
  });

  it('takes a common cause for the trouble of what only may fail, not of what fails', () => {
    const dependencies = [{ name: 'shop', on: ['disk'] }];
    const members = [{ componentId: 9, component: 'disk' }];
    const commonCauses = [{ group: 'disks', kind: 'disk' as const, members, peers: 1 }];
    const at = (isFailing: boolean) =>
      of({ dependencies, commonCauses, openIncidents: [bad('shop', { isFailing })] });
    expect(at(false).upstreamBad).toMatchObject({ name: 'disk' });
    expect(at(true).upstreamBad).toBeNull();
  });

  it('counts who would feel an interruption, the bad apart from the healthy', () => {
    const dependencies = [
      { name: 'web', on: ['shop'] },
      { name: 'app', on: ['shop'] },
      { name: 'edge', on: ['web'] },
    ];
    const facts = { dependencies, bad: 2, openIncidents: [bad('shop'), bad('web')] };
    expect(of(facts)).toMatchObject({
      fleet: { badDependants: 1 },
      reach: { own: 2, lastHour: 0 },
    });
  });

  it('adds whom the automatic interruptions of the last hour were felt by', () => {
    const dependencies = [
      { name: 'web', on: ['billing'] },
      { name: 'app', on: ['billing'] },
    ];
    const billing = { componentId: 2, component: 'billing' };
    const lastHour = (changes: Partial<RecentRecovery>) =>
      of({ dependencies, recent: [recent({ ...billing, ...changes })] }).reach.lastHour;
    expect(lastHour({})).toBe(2);
    expect(lastHour({ beganAt: ago(3600) })).toBe(0);
    expect(lastHour({ origin: 'person' })).toBe(0);
    expect(lastHour({ action: 'clean_memory' })).toBe(0);
    expect(lastHour({ state: 'awaiting_approval' })).toBe(0);
  });

  it('counts restarts of the last hour, whoever began them, but not those that wait for a yes', () => {
    const facts = of({
      recent: [
        recent({ beganAt: ago(3599) }),
        recent({ beganAt: ago(3600) }),
        recent({ beganAt: ago(10), origin: 'person' }),
        recent({ beganAt: ago(20), action: 'clean_memory' }),
        recent({ beganAt: ago(30), componentId: 2 }),
        recent({ beganAt: ago(40), state: 'awaiting_approval' }),
      ],
    });
    expect(facts.restartsLastHour).toEqual([ago(3599), ago(10)]);
    expect(facts.lastBegan).toEqual({ restart: ago(10), clean_memory: ago(20) });
  });

  it('counts automatic actions of the whole installation within a day', () => {
    const facts = of({
      recent: [
        recent({ beganAt: ago(86_399), componentId: 5 }),
        recent({ beganAt: ago(86_400) }),
        recent({ beganAt: ago(5), origin: 'person' }),
        recent({ beganAt: ago(6), origin: 'undo' }),
        recent({ beganAt: ago(7), state: 'awaiting_approval' }),
        recent({ beganAt: ago(8) }),
      ],
    });
    expect(facts.automaticLastDay).toEqual([ago(86_399), ago(8)]);
  });

  it('takes rollbacks up to an hour before the incident for the same fault', () => {
    const rollback = { action: 'rollback' } as const;
    const facts = of({
      recent: [
        recent({ ...rollback, beganAt: ago(1200 + 3600) }),
        recent({ ...rollback, beganAt: ago(1200 + 3601) }),
        recent({ ...rollback, beganAt: ago(60) }),
      ],
    });
    expect(facts.rollbacksInIncident).toBe(2);
  });

  it('keeps the record of this action on this component for the breaker', () => {
    const facts = of({
      recent: [
        recent({ state: 'failed', endedAt: ago(50) }),
        recent({ state: 'undone', endedAt: ago(100) }),
        recent({ state: 'succeeded', endedAt: ago(300) }),
        recent({ state: 'succeeded', endedAt: ago(200) }),
        recent({ state: 'failed', endedAt: ago(10), action: 'clean_memory' }),
        recent({ state: 'failed', endedAt: ago(10), componentId: 2 }),
      ],
    });
    expect(facts.breaker).toEqual({ failures: [ago(100), ago(50)], lastSuccessAt: ago(200) });
    expect(of({}).breaker).toEqual({ failures: [], lastSuccessAt: null });
  });
});
