/** Text that is markup already: nothing in it needs escaping. */
export interface Markup {
  readonly markup: string;
}

/** What an element may hold: text is escaped, markup stands as it is. */
export type Child = Markup | string | readonly Child[];

type Attributes = Readonly<Record<string, string | number>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escape text for HTML and SVG, in content and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

function rendered(child: Child): string {
  if (typeof child === 'string') return escaped(child);
  return 'markup' in child ? child.markup : child.map(rendered).join('');
}

/** Coordinates need no more than a tenth of a pixel. */
const attributeText = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : escaped(value);

/** An element with its attributes and children, all escaped. */
export function element(name: string, attributes: Attributes, ...children: Child[]): Markup {
  const open = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${attributeText(value)}"`)
    .join('');
  return { markup: `<${name}${open}>${children.map(rendered).join('')}</${name}>` };
}

/** Text that is known to be harmless: this program's own style sheet. */
export function raw(markup: string): Markup {
  return { markup };
}
