import { anomaliesOf } from '../../../lib/domain/anomaly/anomalies-of.js';
import { values, windowOf } from '../../domain/series.js';
import { EVENTFUL, type Kind, QUIET } from './kinds.js';
import { firings } from './watch.js';

const DAY = 1440;
const DAYS = 8;
const SEEDS = 20;
/** When it happens, and how long it may take to be noticed. */
const AT = 5 * DAY + 600;
const WITHIN = 720;

const series = (kind: Kind, seed: number): number[] => values(DAYS * DAY, kind(seed));
const seeds = values(SEEDS, (i) => i + 1);

for (const [name, kind] of Object.entries(QUIET)) {
  const fired = seeds.reduce((sum, seed) => sum + firings(series(kind, seed)).length, 0);
  const weeks = (SEEDS * (DAYS - 1)) / 7;
  process.stdout.write(`${name}: ${(fired / weeks).toFixed(2)} firings a metric-week\n`);
}
for (const [name, { kind, happens }] of Object.entries(EVENTFUL)) {
  const waits = seeds.flatMap((seed) => {
    const line = series(kind, seed).map((y, i) => (i < AT ? y : happens(y, i - AT, i)));
    const first = firings(line).find((minute) => minute >= AT && minute < AT + WITHIN);
    return first === undefined ? [] : [first - AT];
  });
  const middle = waits.sort((a, b) => a - b)[waits.length >> 1];
  process.stdout.write(`${name}: ${waits.length} of ${SEEDS} noticed, after ${middle} min\n`);
}
const noise = series(QUIET['white noise'] ?? (() => () => 0), 1);
const window = windowOf({ queue_depth: noise.slice(0, 240) });
let { memory } = anomaliesOf({ window, before: {}, horizonS: 3600 });
const last = memory['queue_depth'];
if (last !== undefined) memory = { queue_depth: { ...last, at: last.at - 60_000 } };
const LOOPS = 20_000;
for (let i = 0; i < LOOPS; i += 1) anomaliesOf({ window, before: memory, horizonS: 3600 });
const began = process.cpuUsage();
for (let i = 0; i < LOOPS; i += 1) anomaliesOf({ window, before: memory, horizonS: 3600 });
const micros = process.cpuUsage(began).user / LOOPS;
process.stdout.write(`${micros.toFixed(1)} µs a metric of 240 points\n`);
