import type { App } from '../app.js';
import { subjectOf } from '../domain/notify/tellings.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import type { Channel } from '../notify/channel.js';
import { type NoticeFacts, readNoticeFacts } from './notice-facts.js';
import { type ChannelPlan, planTellings } from './plan-tellings.js';
import { valuesOf } from './settled.js';
import { type Told, tellOne, type Work } from './tell-one.js';

/** How many messages of one pass came to what. */
export type ToldSum = Readonly<Partial<Record<Told, number>>>;

/** A claim outlasts a try, of 24 s at most, whatever is set for recoveries. */
const LEAST_CLAIM_S = 60;

/** A pass begins no message after so long: with the last try, well within the time that a function may run. */
const PASS_MS = 20 * SECOND;

/** A channel that fails so often in a row is left alone until the next pass. */
const FAILURES = 2;

/**
 * Tell people what they are to be told by now, on every channel.
 *
 * Safe to repeat and to run in parallel: each message is claimed before it is sent. A channel that is away
 * holds up no other, and nothing else; it is tried again by later passes.
 *
 * @throws {AppError} `unavailable` while the database cannot be reached
 */
export async function tellPeople(app: App): Promise<ToldSum> {
  const { channels } = app.notify;
  if (channels.length === 0) return {};
  const facts = await readNoticeFacts(app);
  const told = valuesOf(
    await Promise.allSettled(channels.map((channel) => tellChannel(app, channel, facts))),
  );
  const sum: Partial<Record<Told, number>> = {};
  for (const one of told.flat()) sum[one] = (sum[one] ?? 0) + 1;
  return sum;
}

async function tellChannel(app: App, channel: Channel, facts: NoticeFacts): Promise<Told[]> {
  const until = Date.now() + PASS_MS;
  const outcomes: Told[] = [];
  let failures = 0;
  for (const work of worksOf(planTellings(channel.name, facts), facts.settings)) {
    if (failures >= FAILURES || Date.now() > until) break;
    const { told, retryAfterS } = await tellOne(app, channel, work);
    outcomes.push(told);
    failures = told === 'later' ? failures + 1 : 0;
    if (retryAfterS !== null) break;
  }
  return outcomes;
}

/** Messages about many come first: they stand for most. */
function worksOf(
  { single, group, causes, rows, groupRow }: ChannelPlan,
  settings: Settings,
): Work[] {
  const claimS = Math.max(settings.claimS, LEAST_CLAIM_S);
  const { noticeRepeatS: refusedForS } = settings;
  const rowOf = (id: string) => rows.get(id) ?? null;
  const many = group === null ? [] : [{ ...group, row: groupRow }];
  return [
    ...[...many, ...causes.map((one) => ({ ...one, row: rowOf(one.notice.causeId) }))].map(
      ({ notice, event, row }): Work => {
        return { about: { kind: 'group', notice }, event, row, claimS, refusedForS };
      },
    ),
    ...single.map(({ notice, event }): Work => {
      const row = rowOf(subjectOf(notice));
      return { about: { kind: 'incident', notice }, event, row, claimS, refusedForS };
    }),
  ];
}
