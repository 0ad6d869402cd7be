import type { HealingAnswer } from './answers.js';
import { actionWord, durationText, type Mark } from './words.js';

/** Whether a component can be healed, and why not. */
export interface HealingView {
  readonly verdict: Mark;
  /** What cannot be done, or of what that is not known, and why; then how old a look is that is overdue. */
  readonly notes: readonly string[];
}

const VERDICTS: Readonly<Record<string, Mark>> = {
  yes: { text: 'yes', tone: 'good' },
  partly: { text: 'partly', tone: 'warn' },
  no: { text: 'no', tone: 'warn' },
};
const NOT_KNOWN: Mark = { text: 'unknown', tone: 'none' };
const NEVER: HealingView = { verdict: { text: 'not looked at yet', tone: 'none' }, notes: [] };

/** Every component is looked at once an hour: seconds by which one look has been missed. */
const OVERDUE_S = 2 * 3600;

type ActionAnswer = HealingAnswer['actions'][number];

const ROLLBACK_OF: Readonly<Record<string, string>> = {
  config: 'of the configuration',
  previous_state: 'to the previous state',
};

function nameOf({ action, rollback_type: type = '' }: ActionAnswer): string {
  return [actionWord(action), ROLLBACK_OF[type] ?? ''].join(' ').trim();
}

/** What is in the way of several actions is told once. */
function reasonsOf(actions: readonly ActionAnswer[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const one of actions.filter(({ can }) => can !== 'yes')) {
    const reason = `${one.can === 'unknown' ? 'not known, ' : ''}${one.why ?? 'nobody says why'}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), nameOf(one)]);
  }
  return [...byReason].map(([reason, names]) => `${names.join(', ')}: ${reason}`);
}

/**
 * Say whether a component can be healed.
 *
 * @param healing - null before the first look
 * @param nowMs - the present instant, milliseconds since 1970
 */
export function healingView(healing: HealingAnswer | null, nowMs: number): HealingView {
  if (healing === null) return NEVER;
  const ageS = (nowMs - Date.parse(healing.checked_at)) / 1000;
  return {
    verdict: VERDICTS[healing.verdict] ?? NOT_KNOWN,
    notes: [
      ...reasonsOf(healing.actions),
      ...(ageS > OVERDUE_S ? [`last looked at ${durationText(ageS)} ago`] : []),
    ],
  };
}
