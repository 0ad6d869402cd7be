import type { App } from '../app.js';
import { callsOf } from '../domain/notify/calls-of.js';
import type { TellingEvent } from '../domain/notify/next-telling.js';
import type { About, Channel, Delivery, Message } from '../notify/channel.js';
import { uuid7 } from '../security/uuid7.js';
import { forgetPlace, keepFailed, keepTold } from '../store/notification-ends.js';
import {
  claimNotification,
  type StoredNotification,
  type TakenClaim,
} from '../store/notifications.js';

/** One thing that one channel is to be told. */
export interface Work {
  readonly about: About;
  readonly event: TellingEvent;
  /** What it was told of that before; null for nothing. */
  readonly row: StoredNotification | null;
  /** How long the claim lasts: longer than the time of three calls that a try may take, of 8 s each. */
  readonly claimS: number;
  /** How long what a channel does not take is held back. */
  readonly refusedForS: number;
}

/** What came of it; `taken` means that another tells it, or has told it since. */
export type Told = Delivery['kind'] | 'taken';

/**
 * Tell one channel one thing, once.
 *
 * The claim comes first and says that a try may have been made, so that whoever finds it after a crash looks
 * before anything is sent again; two who decided alike are told apart by it.
 */
export async function tellOne(
  app: App,
  channel: Channel,
  work: Work,
): Promise<{ told: Told; retryAfterS: number | null }> {
  const { about, event, row, claimS } = work;
  const claim = await claimNotification(app.sql, {
    id: row?.id ?? uuid7(Date.now()),
    channel: channel.name,
    incidentId: about.kind === 'incident' ? about.notice.incidentId : null,
    causeId: 'causeId' in about.notice ? about.notice.causeId : null,
    escalation: about.kind === 'incident' ? about.notice.escalation : null,
    token: row?.token ?? 0,
    event,
    shape: about.notice.shape,
    claimS,
  });
  if (claim === null) return { told: 'taken', retryAfterS: null };
  const delivery = await channel.tell(messageOf(claim, work));
  await settle(app, claim, work, delivery);
  if ('why' in delivery) {
    const { kind, why } = delivery;
    app.log({ level: 'warn', event: 'not_told', channel: channel.name, kind, why });
  }
  const retryAfterS = delivery.kind === 'later' ? (delivery.retryAfterS ?? null) : null;
  return { told: delivery.kind, retryAfterS };
}

function messageOf({ id, seq, at }: TakenClaim, { about, event, row }: Work): Message {
  const again = row?.pendingEvent === event && row.pendingShape === about.notice.shape;
  const { place = null, unsureSince = null, announcedAt = null } = row ?? {};
  return { id, seq, at, again, event, about, place, unsureSince, announcedAt };
}

/** What draws people's attention; an edit does not. */
const DRAWING: readonly TellingEvent[] = ['opened', 'escalated', 'reminded'];

/** What a channel knows once it was told. */
function saidOf({ about, event, row }: Work) {
  const { shape } = about.notice;
  if (about.kind !== 'incident') return { event, shape, asks: null, called: [], flapping: false };
  const { asks, flapping } = about.notice;
  const calls = DRAWING.includes(event) ? callsOf(about.notice) : [];
  const called = calls.filter((one) => row?.calledFor.includes(one) !== true);
  return { event, shape, asks: asks?.recoveryId ?? null, called, flapping };
}

async function settle(app: App, claim: TakenClaim, work: Work, delivery: Delivery): Promise<void> {
  const { about, row } = work;
  const { shape } = about.notice;
  const before = row?.unsureSince ?? null;
  switch (delivery.kind) {
    case 'told':
      await keepTold(app.sql, claim, { ...saidOf(work), place: delivery.place });
      return;
    case 'gone':
      await forgetPlace(app.sql, claim);
      return;
    case 'later':
      await keepFailed(app.sql, claim, {
        why: delivery.why,
        retryAfterS: delivery.retryAfterS ?? null,
        unsureSince: delivery.sure ? before : (before ?? claim.at),
        refusedShape: null,
      });
      return;
    case 'refused':
      await keepFailed(app.sql, claim, {
        why: delivery.why,
        retryAfterS: work.refusedForS,
        unsureSince: before,
        refusedShape: shape,
      });
  }
}
