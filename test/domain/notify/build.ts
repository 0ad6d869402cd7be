import type { Told } from '../../../lib/domain/notify/next-telling.js';
import type { Notice } from '../../../lib/domain/notify/notice.js';
import type { ChannelFacts } from '../../../lib/domain/notify/tellings.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';

/** The instant at which all begins. */
export const START = new Date('2026-03-02T00:00:00Z');

/** Seconds after the beginning. */
export const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);

/** A notice of an open incident that nothing was done about yet. */
export function notice(given: Partial<Notice> = {}): Notice {
  return {
    incidentId: 'incident-1',
    escalation: null,
    componentId: 1,
    component: 'shop',
    kind: 'predicted',
    severity: 'high',
    phase: 'open',
    headline: 'shop is about to fail',
    cause: 'memory grows',
    evidence: ['Memory leak detected'],
    plan: ['restart shop: after a restart memory starts anew'],
    state: 'is watched',
    done: [],
    asks: null,
    needsPerson: false,
    flapping: false,
    acknowledgedBy: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    openedAt: START,
    closedAt: null,
    shape: 'a',
    ...given,
  };
}

/** What is asked of a person. */
export const asking = (recoveryId: string) => ({
  recoveryId,
  what: 'restart shop',
  why: 'memory starts anew',
  until: at(86_400),
});

/** A message that was told at the beginning. */
export function told(given: Partial<Told> = {}): Told {
  return {
    shape: 'a',
    asks: null,
    toldAt: START,
    announcedAt: START,
    called: [],
    frozenAt: null,
    snoozedUntil: null,
    refusedShape: null,
    retryAt: null,
    unsure: false,
    ended: false,
    ...given,
  };
}

/** A channel that was told nothing; of open incidents there are just those that are given. */
export function channel(given: Partial<ChannelFacts> = {}): ChannelFacts {
  const open = (given.notices ?? []).filter(({ closedAt }) => closedAt === null);
  const count = (kind: Notice['kind']) => open.filter((one) => one.kind === kind).length;
  return {
    notices: [],
    counts: { failing: count('failing'), predicted: count('predicted') },
    causes: [],
    told: new Map(),
    frozen: new Map(),
    muted: new Map(),
    group: null,
    announced: 0,
    today: new Map(),
    stormSince: null,
    settings: DEFAULT_SETTINGS,
    now: START,
    ...given,
  };
}
