import { createInstrument, type Instrument } from './instrument.js';
import { findLimits } from './limits.js';
import { createMemoryHistory, type MemoryHistory } from './memory-history.js';
import { createMeter } from './meter.js';
import type { Notify } from './notice.js';
import type { AgentSettings } from './options.js';
import type { DatabasePool } from './reset-database.js';
import { createTraffic, type Traffic } from './traffic.js';

/** Everything that an agent perceives. */
export interface Sensors {
  readonly traffic: Traffic;
  readonly instrument: Instrument;
  readonly history: MemoryHistory;
  /** All metrics since the last sample; the leak test remembers the memory in it. */
  sample(): Record<string, number>;
  /** Memory alone. */
  gauges(): Record<string, number>;
  close(): void;
}

const MIB = 1024 * 1024;

function usageOf(pool: DatabasePool | undefined, notify: Notify): number | null {
  const failed = (error: unknown): void =>
    notify({ kind: 'hook_failed', what: 'databasePool.usage', error });
  try {
    const usage: unknown = pool?.usage?.() ?? null;
    if (typeof usage === 'number') return Number.isFinite(usage) ? usage : null;
    // A promise, which the type rules out, tells nothing in time; its failure must end here.
    Promise.resolve(usage).catch(failed);
  } catch (error) {
    failed(error);
  }
  return null;
}

/** Begin to perceive. */
export function createSensors(
  settings: AgentSettings,
  pool: DatabasePool | undefined,
  notify: Notify,
): Sensors {
  const found = findLimits();
  const memoryBytes = (settings.memoryLimitMb ?? found.memoryBytes / MIB) * MIB;
  const traffic = createTraffic();
  const history = createMemoryHistory();
  const meter = createMeter({
    limits: { ...found, memoryBytes },
    traffic,
    poolUsage: () => usageOf(pool, notify),
  });
  const instrument = createInstrument(traffic.observe);
  return {
    traffic,
    instrument,
    history,
    sample() {
      const values = meter.measure();
      history.add(values['memory_bytes'] ?? 0);
      return values;
    },
    gauges: meter.gauges,
    close() {
      meter.close();
      instrument.detach();
    },
  };
}
