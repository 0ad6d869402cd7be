import { AppError } from '../../errors.js';

/**
 * Where the items of an Edge Config stand, from the API's address on: the path by which changes are described, and
 * that of Global Config, as Vercel calls it by now.
 */
const PATHS = [
  (edgeConfig: string) => `/v1/edge-config/${encodeURIComponent(edgeConfig)}/items`,
  (edgeConfig: string) => `/v1/global-config/${encodeURIComponent(edgeConfig)}/items`,
] as const;

type EdgePath = (typeof PATHS)[number];

/** Both paths, the one that is tried first where nothing is known yet before the other. */
export const edgePaths = (edgeConfig: string): readonly string[] =>
  PATHS.map((path) => path(edgeConfig));

/** Statuses that a path answers which is not there; and one that is, for an Edge Config that is not. */
export const UNKNOWN_PATH: readonly number[] = [404, 410];

/** The path that worked last, by method: Vercel may read under one that it does not yet change under. */
export type KnownEdgePaths = Map<'GET' | 'PATCH', EdgePath>;

/** Which Edge Config is asked for, and how. */
interface Asked {
  /** Kept in memory only: whoever starts anew finds it out anew, by one call. */
  readonly known: KnownEdgePaths;
  readonly edgeConfig: string;
  readonly method: 'GET' | 'PATCH';
}

/**
 * Make a call under the path that worked last, and where Vercel has nothing there, under the other one.
 *
 * A status of {@link UNKNOWN_PATH} says that nothing was done, so that the second call is no repetition. Nothing
 * under either path means that there is no such Edge Config: it is never taken for an empty one, nor is anything
 * learned of the paths from it.
 *
 * @param call - answers a status of {@link UNKNOWN_PATH}, and throws at other failures; asked twice at most
 * @throws {AppError} `refused` where neither path has it; what the second call throws otherwise, with what the first
 * one had said where it does not pass
 */
export async function byKnownPath<T extends { readonly status: number }>(
  { known, edgeConfig, method }: Asked,
  call: (path: string) => Promise<T>,
): Promise<T> {
  const first = known.get(method) ?? PATHS[0];
  const told = await call(first(edgeConfig));
  if (!UNKNOWN_PATH.includes(told.status)) return told;
  const other = first === PATHS[0] ? PATHS[1] : PATHS[0];
  const before = `${method} ${first(edgeConfig)} answered ${told.status}`;
  const second = await call(other(edgeConfig)).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code === 'upstream_unavailable') throw error;
    throw new AppError(error.code, `${error.message}; ${before}`);
  });
  if (!UNKNOWN_PATH.includes(second.status)) {
    known.set(method, other);
    return second;
  }
  const after = `${method} ${other(edgeConfig)} ${second.status}`;
  throw new AppError('refused', `Vercel: ${before}, and ${after}: the target is gone`);
}
