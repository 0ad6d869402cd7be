import { element, type Markup } from './markup.js';

/** A drawing's title and description for those who cannot see it, and what it holds. */
export function drawing(
  size: readonly [number, number],
  title: string,
  description: string,
  children: readonly Markup[],
): Markup {
  return element(
    'svg',
    { viewBox: `0 0 ${size[0]} ${size[1]}`, role: 'img', 'aria-label': `${title}. ${description}` },
    element('title', {}, title),
    element('desc', {}, description),
    children,
  );
}

/** A straight line. */
export function line(kind: string, from: readonly [number, number], to: readonly [number, number]) {
  return element('line', { class: kind, x1: from[0], y1: from[1], x2: to[0], y2: to[1] });
}

/** Where a text stands at its point. */
export type Anchor = 'start' | 'middle' | 'end';

/** A text at a point. */
export function label(text: string, at: readonly [number, number], anchor: Anchor, kind = '') {
  return element('text', { x: at[0], y: at[1], 'text-anchor': anchor, class: kind }, text);
}
