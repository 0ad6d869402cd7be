import { type App, settingsOf } from '../app.js';
import { channelHealth } from '../store/channel-health.js';
import { readControl } from '../store/control.js';
import { settingsTrouble } from './trusted-facts.js';

/** One part of the installation, as a deep check finds it. */
interface Part {
  readonly ok: boolean;
  readonly ms: number;
  readonly why?: string;
}

/** One of the channels by which people are told. */
interface ChannelPart {
  readonly name: string;
  /** False while it does not take all that it is told; that is tried again. */
  readonly ok: boolean;
  /** Messages that it has not taken so far. */
  readonly failing: number;
  readonly last_told_at: Date | null;
  readonly why?: string;
}

/** What a deep check finds. */
export interface DeepHealth {
  readonly ok: boolean;
  readonly database: Part;
  readonly queue: Part;
  readonly last_sweep_age_s: number | null;
  readonly paused: boolean;
  /** Those that are set up; nothing else waits for them, so they do not count for `ok`. */
  readonly channels: readonly ChannelPart[];
  /** What keeps Forestall from acting beside the parts above. */
  readonly trouble?: string;
}

/** A sweep that is older than this many intervals is missing. */
const LATE = 3;

async function timed(work: () => Promise<unknown>): Promise<Part> {
  const began = Date.now();
  try {
    await work();
    return { ok: true, ms: Date.now() - began };
  } catch {
    return { ok: false, ms: Date.now() - began, why: 'cannot be reached' };
  }
}

/** Whether sweeps are late; null before the first one, or while the database cannot be asked. */
export async function sweepIsLate(app: App): Promise<boolean | null> {
  const control = await readControl(app.sql).catch(() => null);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const ageS = control?.lastSweepAgeS ?? null;
  return ageS === null ? null : ageS > LATE * settings.intervalS;
}

/** Ask the database, the queue and the clock. */
export async function deepHealth(app: App): Promise<DeepHealth> {
  let control: Awaited<ReturnType<typeof readControl>> = null;
  const [database, queue] = await Promise.all([
    timed(async () => {
      control = await readControl(app.sql);
    }),
    timed(() => app.queue.ping()),
  ]);
  const read = control as Awaited<ReturnType<typeof readControl>>;
  const late = await sweepIsLate(app);
  const trouble = settingsTrouble(app, read?.settings ?? {});
  return {
    ok: database.ok && queue.ok && late !== true && trouble === null,
    database,
    queue,
    last_sweep_age_s: read?.lastSweepAgeS ?? null,
    paused: (read?.paused ?? true) || trouble !== null,
    channels: await channelParts(app),
    ...(trouble === null ? {} : { trouble }),
  };
}

/** None while the database cannot be asked. */
async function channelParts(app: App): Promise<ChannelPart[]> {
  const names = app.notify.channels.map(({ name }) => name);
  if (names.length === 0) return [];
  const found = await channelHealth(app.sql, names).catch(() => []);
  return found.map(({ channel: name, failing, error, lastToldAt }) => ({
    name,
    ok: failing === 0,
    failing,
    last_told_at: lastToldAt,
    ...(error === null ? {} : { why: error }),
  }));
}
