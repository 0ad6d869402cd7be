import type { Asking, GroupNotice, Notice } from '../../domain/notify/notice.js';
import { clip } from '../clip.js';
import { mrkdwn } from './mrkdwn.js';

/** A block of Slack's Block Kit. */
export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

/** What a message consists of: `text` is what notifications show. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Slack's own limits are 150 for a header, 3000 for a section, 50 blocks, and some 13,000 in all. */
const HEADER = 150;
const SENTENCE = 600;
const LINE = 300;
const LINES = 8;

const MARKS = {
  asking: ':raised_hand:',
  person: ':rotating_light:',
  acting: ':wrench:',
  open: ':warning:',
  closed: ':white_check_mark:',
} as const;

const header = (text: string): Block => ({
  type: 'header',
  text: { type: 'plain_text', text: clip(text, HEADER) },
});

/** Markup that we have written: nothing else in it becomes a link, a channel or a mention. */
const markup = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });

const section = (text: string): Block => ({ type: 'section', text: markup(text) });

const context = (text: string): Block => ({
  type: 'context',
  elements: [markup(text)],
});

function list(title: string, lines: readonly string[], mark: (i: number) => string): Block[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(-LINES);
  const left = lines.length - shown.length;
  const rows = shown.map((line, i) => `${mark(i + left)} ${mrkdwn(line, LINE)}`);
  return [section([`*${title}*`, ...(left > 0 ? [`… ${left} before`] : []), ...rows].join('\n'))];
}

const bullet = (): string => '•';

/** An instant in the reader's own time. */
export function instant(at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${at.toISOString()}>`;
}

/** Write a notice of one incident. Pure. */
export function incidentContent(notice: Notice, link: string): Content {
  const { incidentId, headline, cause, state, phase, asks, closedAt, severity } = notice;
  const title = `${headline}${closedAt === null ? ` (${severity})` : ''}`;
  return {
    text: mrkdwn(asks === null ? `${title}: ${state}` : `Approval needed: ${asks.what}`, SENTENCE),
    blocks: [
      header(title),
      section(`${MARKS[phase]} ${mrkdwn(state, SENTENCE)}\n*Cause:* ${mrkdwn(cause, SENTENCE)}`),
      ...list('Evidence', notice.evidence, bullet),
      ...list('Plan', notice.plan, (i) => `${i + 1}.`),
      ...list('Done so far', notice.done, bullet),
      ...(asks === null ? [] : [askingSection(asks)]),
      ...(closedAt === null && incidentId !== null ? [buttons(incidentId, asks)] : []),
      context(footer(notice, link)),
    ],
  };
}

const askingSection = ({ what, why, until }: Asking): Block =>
  section(
    `:raised_hand: *Approval needed:* ${mrkdwn(what, SENTENCE)}\n${mrkdwn(why, SENTENCE)}\nUntil ${instant(until)}; then nothing is done.`,
  );

function button(id: string, label: string, value: string, more: object = {}): object {
  const text = { type: 'plain_text', text: label };
  return { type: 'button', action_id: id, text, value, ...more };
}

/** A press names what it answers, so that a stale one answers nothing else. */
function buttons(incidentId: string, asks: Asking | null): Block {
  const answers =
    asks === null
      ? []
      : [
          button('approve', 'Approve', `${incidentId} ${asks.recoveryId}`, {
            style: 'primary',
            confirm: {
              title: { type: 'plain_text', text: 'Approve?' },
              text: markup(mrkdwn(asks.what, 300)),
              confirm: { type: 'plain_text', text: 'Approve' },
              deny: { type: 'plain_text', text: 'Cancel' },
            },
          }),
          button('reject', 'Reject', `${incidentId} ${asks.recoveryId}`, { style: 'danger' }),
        ];
  return {
    type: 'actions',
    block_id: `incident:${incidentId}`,
    elements: [...answers, button('snooze', 'Snooze', incidentId)],
  };
}

function footer(notice: Notice, link: string): string {
  const { openedAt, closedAt, acknowledgedBy, flapping, snoozedUntil } = notice;
  return [
    `since ${instant(openedAt)}`,
    ...(closedAt === null ? [] : [`until ${instant(closedAt)}`]),
    ...(acknowledgedBy === null ? [] : [`seen by ${mrkdwn(acknowledgedBy, 100)}`]),
    ...(snoozedUntil !== null && closedAt === null
      ? [`snoozed: no reminder before ${instant(snoozedUntil)}`]
      : []),
    ...(flapping ? ['goes back and forth: nothing more is told until it stays calm'] : []),
    `<${link}|Forestall>`,
  ].join(' · ');
}

/** Write a notice of many incidents. Pure. */
export function groupContent(notice: GroupNotice, link: string): Content {
  const { headline, state, worst, phase } = notice;
  return {
    text: mrkdwn(`${headline}: ${state}`, SENTENCE),
    blocks: [
      header(headline),
      section(`${MARKS[phase]} ${mrkdwn(state, SENTENCE)}`),
      ...list('The worst', worst, bullet),
      context(`<${link}|Forestall>`),
    ],
  };
}

/** Write the reminder of what is still open. Pure. */
export function reminderText({ headline, state }: Notice | GroupNotice): string {
  return `Still open: ${mrkdwn(headline, SENTENCE)}; ${mrkdwn(state, SENTENCE)}`;
}

/** Write what newly needs a person, for the thread of its message. Pure. */
export function callText(notice: Notice | GroupNotice): string {
  const { headline, state } = notice;
  const asks = 'asks' in notice ? notice.asks : null;
  if (asks !== null) return `Approval needed: ${mrkdwn(asks.what, SENTENCE)}`;
  const what = notice.phase === 'open' || notice.phase === 'acting' ? 'Critical' : 'You are needed';
  return `${what}: ${mrkdwn(headline, SENTENCE)}; ${mrkdwn(state, SENTENCE)}`;
}
