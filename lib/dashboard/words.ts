/** How a thing stands: it chooses a colour and, so that colour is never alone, a sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'none';

/** A few words with their tone. */
export interface Mark {
  readonly text: string;
  readonly tone: Tone;
}

/** What stands for a value that nobody knows. */
export const UNKNOWN = '–';

const SIGNS: Readonly<Record<Tone, string>> = { good: '●', warn: '▲', bad: '✕', none: '○' };

/** The sign that goes with a tone; shaped differently for each, for those who do not see colours. */
export function signOf(tone: Tone): string {
  return SIGNS[tone];
}

/** A machine's word as people write it: `reset_database` is `reset database`. */
export function plain(word: string): string {
  return word.replaceAll('_', ' ');
}

/**
 * A duration in its largest fitting unit, rounded down: `59 s`, `12 min`, `3 h`, `2 d`.
 *
 * @param seconds - below 0 (two clocks that disagree) counts as 0
 */
export function durationText(seconds: number): string {
  const left = Math.max(0, seconds);
  if (left < 60) return `${Math.floor(left)} s`;
  if (left < 3600) return `${Math.floor(left / 60)} min`;
  if (left < 86_400) return `${Math.floor(left / 3600)} h`;
  return `${Math.floor(left / 86_400)} d`;
}

/**
 * A probability in whole percent. Only an exact 0 or 1 is written as 0 % or 100 %.
 *
 * @param probability - 0 to 1
 */
export function percentText(probability: number): string {
  if (probability > 0 && probability < 0.01) return '< 1 %';
  if (probability < 1 && probability > 0.99) return '> 99 %';
  return `${Math.round(probability * 100)} %`;
}

/** A count with its noun: `1 incident`, `2 incidents`. */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** Things of which one is enough, as a sentence has them; beyond six they are counted. */
export function orText(items: readonly string[]): string {
  const named = items.length > 6 ? items.slice(0, 5) : items;
  const rest = items.length - named.length;
  const all = rest > 0 ? [...named, `one of ${rest} more`] : named;
  const last = all.at(-1) ?? UNKNOWN;
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} or ${last}`;
}

const ACTION_WORDS: Readonly<Record<string, string>> = {
  page: 'ask a person',
  hold: 'wait for the one it depends on',
};

/** An action, or a step of a plan, as people say it. */
export function actionWord(action: string): string {
  return ACTION_WORDS[action] ?? plain(action);
}
