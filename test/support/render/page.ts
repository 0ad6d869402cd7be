import type { RenderDeploy } from './service.js';

type Query = Readonly<Record<string, string>>;

/** One page of a list, each with its cursor; 20 unless asked otherwise, 100 at most. */
export function page<T extends object>(
  all: readonly T[],
  { limit = '20', cursor }: Query,
  idOf: (one: T) => string,
): readonly (T & { readonly cursor: string })[] {
  const start = cursor === undefined ? 0 : all.findIndex((one) => cursor === `c.${idOf(one)}`) + 1;
  return all
    .slice(start, start + Math.min(100, Number(limit)))
    .map((one) => ({ ...structuredClone(one), cursor: `c.${idOf(one)}` }));
}

/** A deploy as Render shows it. */
export function shownDeploy({ env: _, instances: __, ...shown }: RenderDeploy): object {
  return structuredClone(shown);
}

/** One page of deploys, newest first. */
export function deployPage(deploys: readonly RenderDeploy[], query: Query): readonly unknown[] {
  const { createdAfter, createdBefore, status } = query;
  const at = (text: string | undefined, none: number) =>
    text === undefined ? none : Date.parse(text);
  const matching = deploys
    .filter(({ createdAt }) => Date.parse(createdAt) > at(createdAfter, -Infinity))
    .filter(({ createdAt }) => Date.parse(createdAt) < at(createdBefore, Infinity))
    .filter((deploy) => status === undefined || deploy.status === status)
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .map((deploy) => ({ id: deploy.id, deploy: shownDeploy(deploy) }));
  return page(matching, query, ({ id }) => id).map(({ deploy, cursor }) => ({ deploy, cursor }));
}
