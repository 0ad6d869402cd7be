import fc from 'fast-check';
import { callsOf } from '../../../lib/domain/notify/calls-of.js';
import type { Told } from '../../../lib/domain/notify/next-telling.js';
import type { Notice } from '../../../lib/domain/notify/notice.js';
import {
  type ChannelFacts,
  subjectOf,
  type Telling,
  type Tellings,
  type ToldGroup,
  tellings,
} from '../../../lib/domain/notify/tellings.js';
import type { Settings } from '../../../lib/domain/settings.js';
import { asking, at, channel, notice, START, told } from './build.js';

/** An incident of a made-up world: when it opens and closes, what changes in it, and when it asks. */
export interface Life {
  readonly componentId: number;
  readonly opensS: number;
  readonly lastsS: number;
  readonly critical: boolean;
  readonly changesEveryS: number;
  readonly asks: readonly { readonly fromS: number; readonly forS: number }[];
}

/** One message that was sent. */
export interface Sent {
  readonly s: number;
  readonly id: string;
  readonly event: string;
  readonly shape: string;
  readonly asks: string | null;
  readonly urgent: boolean;
}

/** Seconds between two passes. */
export const STEP_S = 15;

/** What is to be told of an incident at a second; null before it opens. */
export function noticeAt(life: Life, id: string, s: number): Notice | null {
  if (s < life.opensS) return null;
  const ageS = s - life.opensS;
  const closed = ageS >= life.lastsS;
  const asked = life.asks.findIndex(({ fromS, forS }) => ageS >= fromS && ageS < fromS + forS);
  return notice({
    incidentId: id,
    componentId: life.componentId,
    severity: life.critical ? 'critical' : 'high',
    openedAt: at(life.opensS),
    closedAt: closed ? at(life.opensS + life.lastsS) : null,
    asks: closed || asked === -1 ? null : asking(`${id}:${asked}`),
    shape: closed ? 'closed' : `${asked}:${Math.floor(ageS / life.changesEveryS)}`,
  });
}

/** Whether a message draws people's attention. */
export const isAnnouncement = ({ event }: Pick<Sent, 'event'>): boolean =>
  event === 'opened' || event === 'escalated' || event === 'reminded';

/** A channel that takes everything at once, through all of a world. */
export function play(lives: readonly Life[], settings: Settings, untilS: number, stormS: number) {
  const sent: Sent[] = [];
  const known = new Map<string, Told>();
  let group: ToldGroup | null = null;
  for (let s = 0; s <= untilS; s += STEP_S) {
    const lately = sent.filter((one) => one.s > s - settings.noticeChangeS && isAnnouncement(one));
    const facts: ChannelFacts = channel({
      notices: lives.flatMap((life, i) => noticeAt(life, `i${i}`, s) ?? []),
      told: known,
      group,
      announced: lately.filter(({ id }) => id !== 'group').length,
      settings,
      stormSince: s < stormS ? START : null,
      now: at(s),
    });
    const plan = tellings(facts);
    for (const telling of plan.single) sent.push(take(known, telling, s));
    group = plan.group === null ? group : takeGroup(sent, group, plan.group, s);
  }
  return { sent, known };
}

function take(known: Map<string, Told>, { notice: one, event }: Telling, s: number): Sent {
  const id = subjectOf(one);
  const before = known.get(id);
  const asks = one.asks?.recoveryId ?? null;
  const urgent = event === 'closed' || (before !== undefined && before.asks !== asks);
  const called = isAnnouncement({ event }) ? callsOf(one) : [];
  known.set(id, {
    ...after(before, { shape: one.shape, asks, event, s }),
    called: [...(before?.called ?? []), ...called],
  });
  return { s, id, event, shape: one.shape, asks, urgent };
}

function takeGroup(
  sent: Sent[],
  group: ToldGroup | null,
  { notice: { shape }, event }: NonNullable<Tellings['group']>,
  s: number,
): ToldGroup | null {
  sent.push({ s, id: 'group', event, shape, asks: null, urgent: event === 'closed' });
  if (event === 'closed') return null;
  const beganAt = group?.beganAt ?? at(s);
  return { ...after(group ?? undefined, { shape, asks: null, event, s }), beganAt };
}

function after(
  before: Told | undefined,
  { shape, asks, event, s }: Pick<Sent, 'shape' | 'asks' | 'event' | 's'>,
): Told {
  const announcedAt = event === 'changed' ? (before?.announcedAt ?? at(s)) : at(s);
  return told({ shape, asks, toldAt: at(s), announcedAt, ended: event === 'closed' });
}

/** Any incident. */
export const life = fc.record({
  componentId: fc.integer({ min: 0, max: 30 }),
  opensS: fc.integer({ min: 0, max: 3000 }),
  lastsS: fc.integer({ min: 1, max: 6000 }),
  critical: fc.boolean(),
  changesEveryS: fc.integer({ min: 20, max: 2000 }),
  asks: fc.array(
    fc.record({ fromS: fc.integer({ min: 0, max: 3000 }), forS: fc.integer({ min: 1, max: 900 }) }),
    { maxLength: 3 },
  ),
});

/** Any world: its incidents, the bound, and how long a storm lasts from the beginning. */
export const world = fc.record({
  lives: fc.array(life, { minLength: 1, maxLength: 40 }),
  noticeBurst: fc.integer({ min: 1, max: 12 }),
  stormS: fc.constantFrom(0, 0, 600, 2000),
});
