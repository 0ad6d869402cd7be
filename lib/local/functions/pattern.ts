/** What a glob's parts mean as a regular expression; longer ones first. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^\*\*\//, '(?:[^/]+/)*'],
  [/^\*\*$/, '.+'],
  [/^\*/, '[^/]*'],
  [/^\?/, '[^/]'],
  [/^\[[^\]]+\]/, '$&'],
  [/^\{/, '(?:'],
  [/^\}/, ')'],
  [/^,/, '|'],
  [/^[^*?[{},]+/, ''],
];

const escaped = (text: string): string => text.replace(/[.+^$()|\\/]/g, '\\$&');

/**
 * Whether a path fits a pattern of `vercel.json`: `*`, `**`, `?`, `[abc]`, `{a,b}`.
 *
 * As on the platform, a pattern also fits the very path that it spells, so that `api/[id].ts` names its file.
 */
export function fitsPattern(pattern: string, path: string): boolean {
  return pattern === path || new RegExp(`^${expression(pattern)}$`).test(path);
}

function expression(pattern: string): string {
  let rest = pattern;
  let built = '';
  while (rest !== '') {
    const [form, meaning] = PARTS.find(([one]) => one.test(rest)) ?? [/^./, ''];
    const text = form.exec(rest)?.[0] ?? '';
    built += meaning === '' ? escaped(text) : meaning.replace('$&', text);
    rest = rest.slice(text.length);
  }
  return built;
}
