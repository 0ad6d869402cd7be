import { describe, expect, it } from 'vitest';
import { readSample, type Sender } from '../../lib/intake/read-sample.js';
import { DEFAULT_TIME_BOUNDS } from '../../lib/intake/read-time.js';

const now = new Date('2026-03-01T12:00:00Z');
const bounds = { now, ...DEFAULT_TIME_BOUNDS };
const alone: Sender = { component: null, instance: null };
const ofShop: Sender = { component: 'shop', instance: 'i-1' };
const metrics = { cpu_usage: 1 };

const code = (value: unknown, sender = alone) => {
  const reading = readSample(value, sender, bounds);
  return reading.ok ? 'ok' : reading.refusal.code;
};

describe('readSample', () => {
  it('reads a sample that stands by itself', () => {
    const value = { component: 'shop', instance: '10.0.3.17:9090', at: now.getTime(), ...metrics };
    expect(readSample(value, alone, bounds)).toEqual({
      ok: true,
      value: {
        component: 'shop',
        sample: { at: now, instance: '10.0.3.17:9090', values: metrics },
      },
    });
  });

  it('takes from the envelope what it does not say itself', () => {
    expect(readSample(metrics, ofShop, bounds)).toMatchObject({
      value: { component: 'shop', sample: { instance: 'i-1', at: now } },
    });
    expect(readSample({ ...metrics, instance: 'i-2' }, ofShop, bounds)).toMatchObject({
      value: { sample: { instance: 'i-2' } },
    });
    expect(code({ ...metrics, component: 'shop' }, ofShop)).toBe('ok');
    expect(code({ ...metrics, component: 'other' }, ofShop)).toBe('other_component');
  });

  it.each([undefined, null, ''])('takes %j for the only instance', (instance) => {
    expect(readSample({ component: 'shop', instance, ...metrics }, alone, bounds)).toMatchObject({
      value: { sample: { instance: '' } },
    });
  });

  it.each([null, undefined, 1, 'text', true, [], [1]])('refuses %j', (value) => {
    expect(code(value)).toBe('not_an_object');
  });

  it.each([
    [undefined, 'no_component'],
    [null, 'no_component'],
    ['', 'bad_component'],
    ['a b', 'bad_component'],
    ['a/b', 'bad_component'],
    ["a'; drop table components; --", 'bad_component'],
    ['a\n', 'bad_component'],
    ['x'.repeat(129), 'bad_component'],
    [1, 'bad_component'],
    [['shop'], 'bad_component'],
    [{ toString: 'shop' }, 'bad_component'],
    ['x'.repeat(128), 'ok'],
    ['__proto__', 'ok'],
  ])('answers to the component %j: %s', (component, expected) => {
    expect(code({ component, ...metrics })).toBe(expected);
  });

  it.each(['a b', 'x'.repeat(129), 1, {}, ['a']])('refuses %j as an instance', (instance) => {
    expect(code({ component: 'shop', instance, ...metrics })).toBe('bad_instance');
  });

  it('tells the first thing that is wrong', () => {
    expect(code({ component: 'a b', at: 'x' })).toBe('bad_component');
    expect(code({ component: 'a', at: 'x' })).toBe('bad_time');
    expect(code({ component: 'a' })).toBe('no_metrics');
  });
});
