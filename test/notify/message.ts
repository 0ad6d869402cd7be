import type { GroupNotice, Notice } from '../../lib/domain/notify/notice.js';
import type { Message } from '../../lib/notify/channel.js';
import { notice } from '../domain/notify/build.js';

const ID = '0199c0de-0000-7000-8000-000000000001';

/** A message about one incident, by default its first. */
export function message(given: Partial<Message> = {}, about: Partial<Notice> = {}): Message {
  return {
    id: ID,
    seq: 1,
    at: new Date(),
    again: false,
    event: 'opened',
    about: { kind: 'incident', notice: notice(about) },
    place: null,
    unsureSince: null,
    announcedAt: null,
    ...given,
  };
}

/** A message about many. */
export function groupMessage(
  given: Partial<Message> = {},
  about: Partial<GroupNotice> = {},
): Message {
  const group: GroupNotice = {
    headline: '500 components have trouble at once: 500 failing, 0 about to fail',
    state: 'they share this message',
    worst: Array.from({ length: 10 }, (_, i) => `c${i} is failing (critical): memory grows`),
    severity: 'critical',
    phase: 'open',
    shape: 'burst|500|500|0',
    ...about,
  };
  return message({ about: { kind: 'group', notice: group }, ...given });
}
