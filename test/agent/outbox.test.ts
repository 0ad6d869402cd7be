import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutbox, type Outbox } from '../../lib/agent/outbox.js';

const at = '2026-01-01T00:00:00.000Z';
const sample = (n: number) => ({ at, n });
const result = (n = 0) => ({ id: randomUUID(), ok: true, result: { n }, finished_at: at });
const event = (n: number) => ({ kind: 'memory_leak_cleanup' as const, at, result: { n } });

function filled(limit: number, samples: number) {
  const outbox = createOutbox(limit);
  for (let n = 0; n < samples; n += 1) outbox.addSample(sample(n));
  return outbox;
}

describe('createOutbox', () => {
  it('has no batch when it is empty', () => {
    expect(createOutbox(10).batch()).toBeNull();
  });

  it('answers the same batch until it is settled', () => {
    const outbox = filled(10, 2);
    const batch = outbox.batch();
    outbox.addSample(sample(2));
    expect(outbox.batch()).toBe(batch);
    expect(batch?.samples).toEqual([sample(0), sample(1)]);
    outbox.settle(batch?.key ?? '');
    expect(outbox.batch()?.samples).toEqual([sample(2)]);
    expect(outbox.batch()?.key).not.toBe(batch?.key);
  });

  it('ignores the settlement of a batch that is not under way', () => {
    const outbox = filled(10, 1);
    const batch = outbox.batch();
    outbox.settle(randomUUID());
    expect(outbox.batch()).toBe(batch);
    expect(outbox.reject(randomUUID())).toEqual({ samples: 0, reports: 0 });
  });

  it.each([
    { samples: 499, first: 499 },
    { samples: 500, first: 500 },
    { samples: 501, first: 500 },
  ])('puts $first of $samples samples into the first batch', ({ samples, first }) => {
    expect(filled(1000, samples).batch()?.samples).toHaveLength(first);
  });

  it.each([
    { added: 9, kept: 9, dropped: 0, oldest: 0 },
    { added: 10, kept: 10, dropped: 0, oldest: 0 },
    { added: 11, kept: 10, dropped: 1, oldest: 1 },
    { added: 25, kept: 10, dropped: 15, oldest: 15 },
  ])('keeps the newest $kept of $added samples within a limit of 10', (row) => {
    const outbox = filled(10, row.added);
    expect(outbox.size()).toBe(row.kept);
    expect(outbox.dropped()).toBe(row.dropped);
    expect(outbox.batch()?.samples[0]).toEqual(sample(row.oldest));
  });

  it('keeps results and drops samples, then events, when room runs out', () => {
    const outbox = filled(3, 3);
    const results = [result(), result(), result()];
    outbox.addEvent(event(1));
    for (const one of results) outbox.addResult(one);
    expect(outbox.dropped()).toBe(3);
    expect(outbox.batch()).toMatchObject({ samples: [], events: [], results });
  });

  it('gives the oldest result up only when nothing else is left', () => {
    const outbox = createOutbox(2);
    const results = [result(), result(), result()];
    for (const one of results) outbox.addResult(one);
    expect(outbox.batch()?.results).toEqual(results.slice(1));
  });

  it('never drops from the batch under way', () => {
    const outbox = filled(10, 5);
    const batch = outbox.batch();
    for (let n = 5; n < 40; n += 1) outbox.addSample(sample(n));
    expect(outbox.size()).toBe(10);
    expect(outbox.batch()).toBe(batch);
    outbox.settle(batch?.key ?? '');
    expect(outbox.batch()?.samples).toEqual([35, 36, 37, 38, 39].map(sample));
  });

  it('drops the samples of a rejected batch and keeps its reports, up to three refusals', () => {
    const outbox = filled(10, 2);
    const kept = result();
    outbox.addResult(kept);
    const refuse = () => outbox.reject(outbox.batch()?.key ?? '');
    expect(refuse()).toEqual({ samples: 2, reports: 0 });
    expect(outbox.batch()).toMatchObject({ samples: [], results: [kept] });
    expect(refuse()).toEqual({ samples: 0, reports: 0 });
    expect(refuse()).toEqual({ samples: 0, reports: 1 });
    expect(outbox.batch()).toBeNull();
    expect(outbox.dropped()).toBe(2);
  });

  it('loses nothing within its limit, whatever the order of adding and settling', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { outbox, counts } = play(1000, steps);
        while (outbox.batch() !== null) settle(outbox, counts);
        expect(counts.sent).toEqual(counts.added);
        expect(outbox.dropped()).toBe(0);
      }),
    );
  });

  it('never holds more than its limit, and counts every sample that it drops', () => {
    const limits = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const { outbox, counts, mostHeld } = play(limit, steps);
        expect(mostHeld).toBeLessThanOrEqual(limit);
        while (outbox.batch() !== null) settle(outbox, counts);
        expect(counts.sent.sample + outbox.dropped()).toBe(counts.added.sample);
      }),
    );
  });
});

const step = fc.constantFrom('sample', 'result', 'event', 'take', 'settle');

/** What was put in, and what came out. */
function emptyCounts() {
  return {
    added: { sample: 0, result: 0, event: 0 },
    sent: { sample: 0, result: 0, event: 0 },
  };
}

function settle(outbox: Outbox, { sent }: ReturnType<typeof emptyCounts>) {
  const batch = outbox.batch();
  sent.sample += batch?.samples.length ?? 0;
  sent.result += batch?.results.length ?? 0;
  sent.event += batch?.events.length ?? 0;
  outbox.settle(batch?.key ?? '');
}

function play(limit: number, steps: readonly string[]) {
  const outbox = createOutbox(limit);
  const counts = emptyCounts();
  let mostHeld = 0;
  const moves: Record<string, () => unknown> = {
    sample: () => outbox.addSample(sample(counts.added.sample++)),
    result: () => outbox.addResult(result(counts.added.result++)),
    event: () => outbox.addEvent(event(counts.added.event++)),
    take: () => outbox.batch(),
    settle: () => settle(outbox, counts),
  };
  for (const one of steps) {
    moves[one]?.();
    mostHeld = Math.max(mostHeld, outbox.size());
  }
  return { outbox, counts, mostHeld };
}
