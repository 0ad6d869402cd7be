import { actionText } from '../../domain/decide/action-text.js';
import type { Deed } from '../../flows/replay/deed.js';
import type { Account, Alarm } from './account.js';
import { instantText, listText, spanText } from './text.js';

/** How many components without an alarm are named. */
const NAMED = 20;

/** One line, of when it was, with the text of it. */
interface Line {
  readonly at: Date;
  readonly text: string;
}

function alarmLine({ from, to, level, reasons }: Alarm): Line {
  const why = reasons.length === 0 ? 'failing, or nothing named' : reasons.join(', ');
  return { at: from, text: `said   ${spanText(from, to)}  ${level}: ${why}` };
}

const VERBS: Readonly<Record<Deed['kind'], string>> = {
  acted: 'acted ',
  asked: 'asked ',
  held: 'held  ',
  paged: 'paged ',
  skipped: 'left  ',
  expired: 'lapsed',
};

function sentence(deed: Deed, name: string): string {
  const { kind, action, why, pages } = deed;
  const what = action === null ? '' : actionText(action, name);
  switch (kind) {
    case 'acted':
      return `would ${why}`;
    case 'asked':
      return `would ask a person whether to ${why}`;
    case 'held':
      return `would ${what}, but ${why}${pages ? '; a person is called' : ''}`;
    case 'paged':
      return `would call a person: ${why}`;
    case 'skipped':
      return `would not ${why}`;
    case 'expired':
      return why;
  }
}

function deedLine(deed: Deed, name: string): Line {
  return {
    at: deed.at,
    text: `${VERBS[deed.kind]} ${instantText(deed.at)}  ${sentence(deed, name)}`,
  };
}

function changeLine({ at, change }: Account['changes'][number]): Line {
  const when = instantText(at);
  switch (change.kind) {
    case 'open': {
      const { kind, severity, plan } = change.incident;
      return { at, text: `opened ${when}  ${kind}, ${severity}: ${change.why}; ${plan.cause}` };
    }
    case 'escalate': {
      const { incidentKind, severity, why } = change;
      return { at, text: `worse  ${when}  ${incidentKind}, ${severity}: ${why}` };
    }
    case 'replan':
      return { at, text: `cause  ${when}  ${change.plan.cause}` };
    case 'close':
      return { at, text: `closed ${when}  ${change.why}` };
  }
}

function linesOf({ alarms, changes, deeds, name }: Account): string[] {
  const lines = [
    ...alarms.map(alarmLine),
    ...changes.map(changeLine),
    ...deeds.map((deed) => deedLine(deed, name)),
  ];
  return lines.sort((a, b) => a.at.getTime() - b.at.getTime()).map(({ text }) => `  ${text}`);
}

/** What a backtest would have said and done, component by component. */
export function accountsText(accounts: readonly Account[]): string {
  const loud = accounts.filter(({ alarms, changes }) => alarms.length + changes.length > 0);
  const quiet = accounts.filter((account) => !loud.includes(account)).map(({ name }) => name);
  const blocks = loud.map((account) => [account.name, ...linesOf(account)].join('\n'));
  const rest = `no alarm in ${quiet.length} of ${accounts.length} components`;
  return [...blocks, quiet.length > 0 ? `${rest}: ${listText(quiet, NAMED)}` : rest].join('\n\n');
}
