import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../lib/domain/time.js';
import { AppError } from '../../lib/errors.js';
import { readNdjson, readSamples } from '../../lib/intake/samples.js';

const now = new Date('2026-03-01T12:00:00Z');
const options = { now, maxSamples: 5000 };
const boot_id = '0b8f8f1e-5c1f-4c1c-9b1c-2f6d7c1e4a10';
const good = { component: 'shop', cpu_usage: 50 };
const failing = (code: string) => expect.objectContaining({ code });

describe('readSamples', () => {
  it('reads one sample', () => {
    expect(readSamples(good, options)).toEqual({
      samples: [
        { component: 'shop', sample: { at: now, instance: '', values: { cpu_usage: 50 } } },
      ],
      indexes: [0],
      rejected: [],
      push: null,
    });
  });

  it('reads a list of several components', () => {
    const batch = readSamples([good, { ...good, component: 'till' }], options);
    expect(batch.samples.map(({ component }) => component)).toEqual(['shop', 'till']);
  });

  it('names what is wrong by its place, and keeps the neighbours', () => {
    const batch = readSamples([good, { ...good, cpu_usage: 101 }, good, null, good], options);
    expect(batch.indexes).toEqual([0, 2, 4]);
    expect(batch.samples).toHaveLength(3);
    expect(batch.rejected).toEqual([
      { index: 1, code: 'out_of_range', detail: 'cpu_usage must be 0 to 100, got 101' },
      { index: 3, code: 'not_an_object', detail: 'a sample must be a JSON object' },
    ]);
  });

  it('answers with rejections alone when nothing is right', () => {
    expect(readSamples('text', options)).toMatchObject({ samples: [], rejected: [{ index: 0 }] });
  });

  it('reads an envelope, whose samples need no component', () => {
    const samples = [{ cpu_usage: 1 }, { cpu_usage: 2, component: 'other' }];
    expect(readSamples({ component: 'shop', instance: 'i', samples }, options)).toMatchObject({
      samples: [{ component: 'shop', sample: { instance: 'i', values: { cpu_usage: 1 } } }],
      rejected: [{ index: 1, code: 'other_component' }],
      push: null,
    });
  });

  it('reads an agent’s push, with what it reports', () => {
    const id = '01890000-0000-7000-8000-000000000001';
    const at = now.toISOString();
    const push = {
      component: 'shop',
      instance: 'i',
      boot_id,
      samples: [{ memory_usage: 1 }],
      results: [{ id, ok: true, finished_at: at }, { id: 'x' }],
      events: [{ kind: 'memory_leak_cleanup', at, result: {} }],
    };
    expect(readSamples(push, options)).toMatchObject({
      samples: [{ component: 'shop' }],
      rejected: [{ index: 1, code: 'bad_result' }],
      push: {
        component: 'shop',
        instance: 'i',
        bootId: boot_id,
        results: [{ id, ok: true, finishedAt: now }],
        events: [{ kind: 'memory_leak_cleanup', at: now, result: {} }],
      },
    });
  });

  it('reads a push without samples: the agent asks for commands', () => {
    const push = { component: 'shop', instance: 'i', boot_id, samples: [] };
    expect(readSamples(push, options)).toMatchObject({ samples: [], push: { bootId: boot_id } });
  });

  it('does not take a sample with a boot_id for an agent’s push, whose metrics would be lost', () => {
    expect(readSamples({ ...good, instance: 'i', boot_id }, options)).toMatchObject({
      samples: [],
      rejected: [{ code: 'unknown_field' }],
      push: null,
    });
  });

  it('takes 5,000 samples and refuses 5,001 whole', () => {
    const list = Array.from({ length: 5000 }, () => good);
    expect(readSamples(list, options).samples).toHaveLength(5000);
    for (const batch of [[...list, good], { component: 'shop', samples: [...list, good] }]) {
      expect(() => readSamples(batch, options)).toThrow(failing('too_large'));
    }
  });

  it.each([
    ['an empty list', []],
    ['an empty envelope', { component: 'shop', samples: [] }],
    ['an envelope that is wrong', { component: 7, samples: [good] }],
  ])('refuses %s whole', (_, value) => {
    expect(() => readSamples(value, options)).toThrow(failing('invalid'));
  });

  it('lets a series be older where the caller says so', () => {
    const old = { ...good, at: new Date(now.getTime() - 30 * DAY).toISOString() };
    expect(readSamples(old, options).rejected).toMatchObject([{ code: 'too_old' }]);
    expect(readSamples(old, { ...options, maxAgeMs: 31 * DAY }).samples).toHaveLength(1);
  });

  it('throws nothing but an AppError, whatever it is given', () => {
    const hostile = fc.oneof(
      fc.anything({ maxDepth: 2, withBigInt: true, withDate: true, withNullPrototype: true }),
      fc.array(
        fc.dictionary(
          fc.constantFrom('component', 'at', 'metrics', 'cpu_usage', 'instance', '__proto__'),
          fc.anything(),
        ),
      ),
      fc.record(
        {
          component: fc.anything(),
          samples: fc.anything(),
          boot_id: fc.anything(),
          instance: fc.anything(),
          results: fc.anything(),
        },
        { requiredKeys: ['samples'] },
      ),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        try {
          const { samples, indexes, rejected } = readSamples(value, options);
          expect(indexes).toHaveLength(samples.length);
          const places = [...indexes, ...rejected.map(({ index }) => index)];
          if (Array.isArray(value)) expect(places.sort((a, b) => a - b)).toEqual([...value.keys()]);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('readNdjson', () => {
  const line = JSON.stringify(good);

  it('reads a sample per line, blank lines between them', () => {
    const batch = readNdjson(`${line}\r\n\n  ${line}  \n`, options);
    expect(batch).toMatchObject({ indexes: [0, 2], rejected: [], push: null });
  });

  it.each([
    ['{"component":', 'bad_json'],
    ['not json', 'bad_json'],
    [`${line}${line}`, 'bad_json'],
    ['[]', 'not_an_object'],
    ['7', 'not_an_object'],
    ['{"component":"shop","cpu_usage":1e999}', 'not_finite'],
    ['{"component":"shop","__proto__":1}', 'bad_metric_name'],
    ['{"component":"shop","samples":[]}', 'unknown_field'],
    [`{"component":"shop","a":1,"b":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'unknown_field'],
    [`{"component":"shop","a":"${'x'.repeat(65_536)}"}`, 'too_long'],
  ])('names a bad line by its number, and keeps its neighbours', (bad, code) => {
    const batch = readNdjson([line, bad, line].join('\n'), options);
    expect(batch.indexes).toEqual([0, 2]);
    expect(batch.rejected).toMatchObject([{ index: 1, code }]);
    expect(batch.rejected[0]?.detail.length).toBeLessThan(200);
  });

  it('takes 5,000 lines and refuses 5,001 whole, blank ones not counted', () => {
    const lines = Array.from({ length: 5000 }, () => line).join('\n\n');
    expect(readNdjson(lines, options).samples).toHaveLength(5000);
    expect(() => readNdjson(`${lines}\n${line}`, options)).toThrow(failing('too_large'));
  });

  it.each(['', '\n\n', ' \r\n\t'])('refuses %j: there is no sample', (text) => {
    expect(() => readNdjson(text, options)).toThrow(failing('invalid'));
  });

  it('is quick to refuse millions of lines', () => {
    expect(() => readNdjson('x\n'.repeat(1_000_000), options)).toThrow(failing('too_large'));
    expect(() => readNdjson('\n'.repeat(2_000_000), options)).toThrow(failing('invalid'));
  });

  it('throws nothing but an AppError, whatever the text', () => {
    const text = fc
      .array(fc.oneof(fc.string(), fc.json(), fc.constant(line)))
      .map((all) => all.join('\n'));
    fc.assert(
      fc.property(text, (any) => {
        try {
          readNdjson(any, options);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
