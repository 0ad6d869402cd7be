import type { Sample } from '../../../lib/domain/metrics.js';
import type { Latent } from './latent.js';
import type { Random } from './random.js';

/** How a service is watched. */
interface Watch {
  /** Seconds between samples. */
  readonly intervalS: number;
  /** Share of the interval by which each sample comes early or late. */
  readonly jitter: number;
  readonly lost: number;
  /** Share of time that lies in gaps. */
  readonly gaps: boolean;
  readonly rounds: boolean;
}

function drawWatch(random: Random): Watch {
  return {
    intervalS: random.pick([15, 30, 60, 60, 60, 120, 300]),
    jitter: random.uniform(0, 0.1),
    lost: random.uniform(0, 0.03),
    gaps: random.chance(0.3),
    rounds: random.chance(0.3),
  };
}

/** A value between two minutes. */
function between(series: Float64Array, minute: number): number {
  const low = Math.min(Math.floor(minute), series.length - 1);
  const high = Math.min(low + 1, series.length - 1);
  const [a = 0, b = 0] = [series[low], series[high]];
  return a + (b - a) * (minute - low);
}

const percent = (value: number): number => Math.min(100, Math.max(0, value));

/** One look at a service, with everything that a look does to the truth. */
function look(latent: Latent, minute: number, watch: Watch, random: Random) {
  const requests = Math.round(between(latent.load, minute) * watch.intervalS);
  const failed = random.binomial(requests, between(latent.errors, minute));
  const outlier = random.chance(0.004) ? random.uniform(2, 8) : 1;
  const values: Record<string, number> = {
    cpu_usage: percent(between(latent.cpu, minute) * (1 + 0.06 * random.normal())),
    memory_usage: percent(between(latent.memory, minute) + 0.25 * random.normal()),
    latency_ms: between(latent.latency, minute) * Math.exp(0.08 * random.normal()) * outlier,
    pool_usage: percent(between(latent.pool, minute) * (1 + 0.05 * random.normal())),
    disk_usage: percent(between(latent.disk, minute) + 0.03 * random.normal()),
  };
  if (requests > 0) values['error_rate'] = failed / requests;
  // A collector that has just started reports nothing as zero.
  if (random.chance(0.0008)) values['cpu_usage'] = 0;
  if (!watch.rounds) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name === 'error_rate' ? Math.round(value * 1000) / 1000 : Math.round(value),
    ]),
  );
}

/**
 * Watch a service as collectors do: at an interval of 15 s to 5 min, with jitter, lost samples, gaps,
 * binomial errors, outliers, rounding and zero glitches.
 *
 * @param start - the instant of minute 0, milliseconds since the epoch
 */
export function observe(latent: Latent, start: number, random: Random): Sample[] {
  const watch = drawWatch(random);
  const samples: Sample[] = [];
  let gapUntil = -1;
  for (let s = 0; s < latent.minutes * 60 - 60; s += watch.intervalS) {
    const shifted = s + watch.jitter * watch.intervalS * random.uniform(-1, 1);
    const minute = Math.max(0, shifted / 60);
    if (watch.gaps && random.chance(watch.intervalS / (36 * 3600))) {
      gapUntil = minute + random.uniform(5, 40);
    }
    const values = look(latent, minute, watch, random);
    if (minute < gapUntil || random.chance(watch.lost)) continue;
    samples.push({ at: new Date(start + minute * 60_000), instance: '', values });
  }
  return samples;
}
