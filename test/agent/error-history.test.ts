import { describe, expect, it } from 'vitest';
import { createErrorHistory } from '../../lib/agent/error-history.js';

const now = () => new Date('2026-01-01T00:00:00Z');

describe('createErrorHistory', () => {
  it('keeps what failed, when, and of what kind', () => {
    const history = createErrorHistory(now);
    history.add(Object.assign(new Error('gone'), { code: '57P01' }), 'query');
    history.add('text', 'call', 'timeout');
    expect(history.entries).toEqual([
      { at: now(), class: 'database', what: 'query', message: 'gone' },
      { at: now(), class: 'timeout', what: 'call', message: 'text' },
    ]);
  });

  it.each([
    [99, 99, '0'],
    [100, 100, '0'],
    [101, 100, '1'],
  ])('keeps of %d failures the last %d', (added, kept, oldest) => {
    const history = createErrorHistory(now);
    for (let n = 0; n < added; n += 1) history.add(`${n}`, 'x');
    expect(history.entries).toHaveLength(kept);
    expect(history.entries[0]?.message).toBe(oldest);
    expect(history.clear()).toBe(kept);
    expect(history.entries).toEqual([]);
  });

  const proxy = new Proxy(new Error('hidden'), {
    getPrototypeOf() {
      throw new Error('closed');
    },
  });
  it.each([
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object without words', Object.create(null), 'an unreadable object'],
    ['an error whose message is a number', Object.assign(new Error(), { message: 7 }), '7'],
    ['a proxy that refuses', proxy, 'an unreadable object'],
    [
      'an error whose parts throw',
      Object.defineProperty(new Error('read me'), 'code', {
        get() {
          throw new Error('code');
        },
      }),
      'read me',
    ],
  ])('keeps %s', (_, error, message) => {
    const history = createErrorHistory(now);
    history.add(error, 'x');
    expect(history.entries).toEqual([{ at: now(), class: 'other', what: 'x', message }]);
  });

  it('cuts long words', () => {
    const history = createErrorHistory(now);
    history.add(new Error('x'.repeat(1000)), 'x');
    expect(history.entries[0]?.message).toHaveLength(200);
  });
});
