import { type Mark, signOf } from './words.js';

/** What an element can hold; null is left out. */
export type Child = Node | string | null;

/** Characters that are not seen but turn the direction of what stands around them. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Make an element. Texts become text nodes, never markup, whatever they hold; what would turn the
 * direction of other texts is shown as a sign that it was there.
 */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) {
    if (child === null) continue;
    made.append(typeof child === 'string' ? child.replace(TURNING, '\ufffd') : child);
  }
  return made;
}

/** Make a mark: its sign, which screen readers skip because the text says the same, and its text. */
export function mark({ text, tone }: Mark): HTMLElement {
  const sign = element('span', { 'aria-hidden': 'true' }, signOf(tone));
  return element('span', { class: `mark ${tone}` }, sign, ` ${text}`);
}

/** Make an instant, in the reader's own time zone; the date only when it is not today. */
export function instant(at: string): HTMLElement {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return element(
    'time',
    { datetime: at, title: date.toLocaleString() },
    today ? date.toLocaleTimeString() : date.toLocaleString(),
  );
}

/** Make a list; null for one without items. */
export function list(
  attributes: Readonly<Record<string, string>>,
  items: readonly (readonly Child[])[],
): HTMLElement | null {
  if (items.length === 0) return null;
  return element('ul', attributes, ...items.map((item) => element('li', {}, ...item)));
}
