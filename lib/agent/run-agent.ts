import type { AgentParts } from './agent-parts.js';
import { carryOut } from './carry-out.js';
import { drain } from './drain.js';
import { createLink, type Link } from './link.js';
import type { WireSample } from './outbox.js';
import { type Sampler, startSampler } from './sampler.js';
import { settledWithin } from './settled-within.js';

/** Samples, with their instant and what was lost so far. */
function createRecorder({ machinery, outbox, notify }: AgentParts) {
  return (measure: () => Readonly<Record<string, number>>): void => {
    try {
      const dropped = outbox.dropped();
      const sample: WireSample = {
        at: machinery.now().toISOString(),
        ...measure(),
        ...(dropped > 0 && { dropped_samples: dropped }),
      };
      outbox.addSample(sample);
    } catch (error) {
      // Even memory cannot be read when file descriptors have run out: no sample, but the service lives.
      notify({ kind: 'hook_failed', what: 'sample', error });
    }
  };
}

/** Set the parts to work: sampling, pushing, taking commands. Answers how to stop. */
export function runAgent(parts: AgentParts): () => Promise<void> {
  const { options, settings, machinery, outbox, sensors, healing, notify } = parts;
  const record = createRecorder(parts);
  const { exit = (code: number) => process.exit(code) } = options;
  let isRestarting = false;
  let finished: Promise<void> | null = null;
  async function finish(): Promise<void> {
    sampler.stop();
    sensors.close();
    parts.stopping.abort();
    // A restart waits for itself here otherwise.
    if (!isRestarting) await settledWithin(link.commander.idle(), machinery.flushMs);
    await link.pusher.flush(machinery.flushMs);
    link.pusher.close();
  }
  const stop = () => {
    finished ??= finish();
    return finished;
  };
  async function restart(id: string): Promise<void> {
    isRestarting = true;
    await link.pusher.flush(machinery.flushMs);
    notify({ kind: 'restarting', id });
    const { servers } = sensors.instrument;
    const onRestart = options.onRestart ?? null;
    await drain({ servers, onRestart, drainMs: settings.drainMs, notify });
    await stop();
    await exit(0);
  }
  const link: Link = createLink({
    ...parts,
    fetch: options.fetch ?? globalThis.fetch,
    carryOut: (command) => carryOut({ healing, restart }, command),
    report(result) {
      outbox.addResult(result);
      // What the action did to memory goes with its result.
      record(sensors.gauges);
      link.pusher.kick();
    },
    repeat: (result) => outbox.addResult(result),
    sooner: (seconds) => sampler.sooner(seconds),
  });
  const sampler: Sampler = startSampler(settings.intervalS * 1000, () => {
    record(sensors.sample);
    link.pusher.kick();
  });
  // Tells of this boot at once: a restart is proven by it.
  record(sensors.gauges);
  link.pusher.kick();
  return stop;
}
