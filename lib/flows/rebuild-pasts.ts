import type { App } from '../app.js';
import { foldWindow } from '../domain/health/fold.js';
import { type Past, PER_HORIZON } from '../domain/past/past.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import { type PastWanted, readPasts } from '../store/past-buckets.js';
import type { Watched } from '../store/windows.js';

/** Samples that one sweep of a shard reads for pasts, about: some hundred milliseconds of the database. */
const MOST_ROWS = 150_000;

/** Pasts that are worked out from stored samples. */
export interface Rebuilt {
  readonly pasts: ReadonlyMap<number, Past>;
  /** Components whose turn comes in a later sweep: until then nothing is kept of their past. */
  readonly waiting: ReadonlySet<number>;
}

const NONE: Rebuilt = { pasts: new Map(), waiting: new Set() };

/** A component's need of a past, and about how many samples it takes to work it out. */
interface Need {
  readonly wanted: PastWanted;
  readonly rows: number;
}

const bucketOf = ({ horizonS }: Settings): number => horizonS / PER_HORIZON;

/** Whether nothing is kept although there is more than the window holds. */
function lacksPast({ past, samples, firstSampleAt }: Watched, bucketS: number): boolean {
  const isEmpty = past.bucketS !== bucketS || Object.keys(past.metrics).length === 0;
  if (!isEmpty || firstSampleAt === null) return false;
  return samples.length > 0 && samples.every(({ at }) => at > firstSampleAt);
}

function needOf(watched: Watched, settings: Settings, now: Date): Need | null {
  const bucketS = bucketOf(settings);
  const { component, samples, firstSampleAt } = watched;
  if (firstSampleAt === null || !lacksPast(watched, bucketS)) return null;
  const window = foldWindow(samples, { intervalS: settings.intervalS, firstAt: null });
  const { cadenceS, lastAt, firstAt, instances } = window;
  if (lastAt === null || firstAt === null) return null;
  const oldest = now.getTime() - settings.sampleRetentionS * SECOND;
  const from = new Date(Math.max(oldest, firstSampleAt.getTime()));
  // Of the bucket in which the window begins, the window may hold only the end.
  const until = new Date(
    (Math.floor(firstAt.getTime() / (bucketS * SECOND)) + 1) * bucketS * SECOND,
  );
  const spanS = Math.max(0, until.getTime() - from.getTime()) / SECOND;
  return {
    wanted: { componentId: component.id, from, until, cadenceS, lastAt },
    rows: (spanS / cadenceS) * Math.max(1, instances.length),
  };
}

/** As many as one sweep can do, at least one; those that have sent for longest miss most. */
function inTurn(needs: readonly Need[]): Need[] {
  let rows = 0;
  return needs
    .toSorted((a, b) => a.wanted.from.getTime() - b.wanted.from.getTime())
    .filter((need, i) => {
      rows += need.rows;
      return i === 0 || rows <= MOST_ROWS;
    });
}

/**
 * Work out the pasts of components that have stored samples but no kept past: after an upgrade, after the
 * length of a bucket was changed, or where what was kept is lost. What one sweep cannot do, later ones do.
 *
 * A failure costs no assessment: it is logged, and a later sweep tries again.
 */
export async function rebuildPasts(
  app: App,
  watched: readonly Watched[],
  settings: Settings,
  now: Date,
): Promise<Rebuilt> {
  const needs = watched.flatMap((one) => needOf(one, settings, now) ?? []);
  if (needs.length === 0) return NONE;
  const wanted = inTurn(needs).map((need) => need.wanted);
  const pasts = await readPasts(app.sql, wanted, bucketOf(settings)).catch((error: unknown) => {
    app.log({ level: 'error', event: 'past_not_rebuilt', components: wanted.length, error });
    return NONE.pasts;
  });
  const ids = needs.map((need) => need.wanted.componentId);
  return { pasts, waiting: new Set(ids.filter((id) => !pasts.has(id))) };
}
