import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../lib/intake/read-metrics.js';

const code = (sample: Record<string, unknown>) => {
  const reading = readMetrics(sample);
  return reading.ok ? reading.value : reading.refusal.code;
};
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i]));

describe('readMetrics', () => {
  it('reads numbers beside the other fields, and under metrics', () => {
    const sample = {
      component: 'shop',
      instance: 'a',
      at: 0,
      cpu_usage: 50,
      queue_depth: -3,
      metrics: { error_rate: 0.01, 'jvm.heap:old-gen': 1 },
    };
    expect(code(sample)).toEqual({
      cpu_usage: 50,
      queue_depth: -3,
      error_rate: 0.01,
      'jvm.heap:old-gen': 1,
    });
  });

  it('leaves out what is missing, which is never 0', () => {
    expect(code({ cpu_usage: null, memory_usage: 1, metrics: { x: null } })).toEqual({
      memory_usage: 1,
    });
  });

  it.each([
    ['cpu_usage', [0, 100], [-0.001, 100.001]],
    ['memory_usage', [0, 100], [-1, 101]],
    ['db_connections_usage', [0, 100], [-1, 1000]],
    ['error_rate', [0, 0.5, 1], [-0.001, 1.001, 5]],
    ['latency_ms', [0, 1e9], [-0.001]],
    ['request_rate', [-1e30, 0, 3.4e38], [3.5e38, -3.5e38]],
  ])('bounds %s', (name, good, bad) => {
    for (const value of good) expect(code({ [name]: value })).toEqual({ [name]: value });
    for (const value of bad) expect(code({ [name]: value })).toBe('out_of_range');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %d',
    (value) => {
      expect(code({ cpu_usage: value })).toBe('not_finite');
      expect(code({ anything: value })).toBe('not_finite');
    },
  );

  it('takes what a real cannot tell from nothing for 0, also the negative one', () => {
    expect(code({ a: 1e-50, b: -1e-50, c: -0, latency_ms: 5e-324 })).toEqual({
      a: 0,
      b: 0,
      c: 0,
      latency_ms: 0,
    });
    expect(Object.is(Object.values(code({ c: -0 }))[0], 0)).toBe(true);
    expect(code({ a: 1.5e-45 })).toEqual({ a: 1.5e-45 });
  });

  it.each([
    ['a text for a known metric', { cpu_usage: '50' }, 'not_a_number'],
    ['true for a known metric', { error_rate: true }, 'not_a_number'],
    ['a list for a usage', { disk_usage: [1] }, 'not_a_number'],
    ['a text under metrics', { metrics: { anything: '1' } }, 'not_a_number'],
    ['a text beside', { cpu_usage: 1, region: 'eu' }, 'unknown_field'],
    ['an object beside', { cpu_usage: 1, labels: {} }, 'unknown_field'],
    ['a text of no metric’s name', { cpu_usage: 1, metrics: { 'a b': 'x' } }, 'unknown_field'],
    ['an empty name', { '': 1 }, 'bad_metric_name'],
    ['a name that begins with a digit', { '5xx': 1 }, 'bad_metric_name'],
    ['a name with a space', { 'a b': 1 }, 'bad_metric_name'],
    ['a name with a line end', { 'a\n': 1 }, 'bad_metric_name'],
    ['a name of 65 characters', { ['a'.repeat(65)]: 1 }, 'bad_metric_name'],
    ['a foreign letter', { lätenz: 1 }, 'bad_metric_name'],
    ['constructor', { constructor: 1 }, 'bad_metric_name'],
    ['toString', { metrics: { toString: 1 } }, 'bad_metric_name'],
    ['__proto__', JSON.parse('{"__proto__":1}'), 'bad_metric_name'],
    ['__proto__ as an object', JSON.parse('{"metrics":{"__proto__":{"x":1}}}'), 'unknown_field'],
    ['a metric twice', { cpu_usage: 1, metrics: { cpu_usage: 1 } }, 'duplicate_metric'],
    ['metrics that are a list', { metrics: [1] }, 'not_an_object'],
    ['metrics that are a text', { metrics: 'x' }, 'not_an_object'],
    ['metrics that are a number', { metrics: 5 }, 'not_an_object'],
    ['none', {}, 'no_metrics'],
    ['only missing ones', { cpu_usage: null, metrics: null }, 'no_metrics'],
    ['65 of them', many(65), 'too_many_metrics'],
  ])('refuses %s', (_, sample, expected) => {
    expect(code(sample)).toBe(expected);
  });

  it('takes 64 metrics, and a name of 64 characters', () => {
    expect(code(many(64))).toEqual(many(64));
    expect(code({ ['a'.repeat(64)]: 1 })).toEqual({ ['a'.repeat(64)]: 1 });
  });

  it('names what is wrong, shortened, and repeats no text value', () => {
    const reading = readMetrics({ ['x y'.repeat(1000)]: 'hunter2' });
    if (reading.ok) throw new Error('it was read');
    expect(reading.refusal.detail.length).toBeLessThan(120);
    expect(reading.refusal.detail).toContain('"x yx y');
    expect(reading.refusal.detail).not.toContain('hunter2');
  });

  it('gives finite numbers under good names, or a code, whatever comes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (sample) => {
        const reading = readMetrics(sample);
        if (!reading.ok) return;
        for (const [name, value] of Object.entries(reading.value)) {
          expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/);
          expect(Number.isFinite(Math.fround(value))).toBe(true);
        }
      }),
    );
  });
});
