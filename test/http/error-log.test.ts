import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { loggedError } from '../../lib/http/error-log.js';

describe('loggedError', () => {
  it('tells our own message, without a stack', () => {
    expect(loggedError(new AppError('misconfigured', 'QSTASH_TOKEN is not set'))).toEqual({
      name: 'AppError',
      message: 'QSTASH_TOKEN is not set',
      code: 'misconfigured',
    });
  });

  it('redacts the message of others, and says where it was', () => {
    const logged = loggedError(new TypeError('bad "hunter2"'));
    expect(logged).toMatchObject({ name: 'TypeError', message: 'bad "…"' });
    expect(logged.at?.[0]).toMatch(/^at .*error-log\.test\.ts/);
    expect(logged.at?.length).toBeLessThanOrEqual(6);
  });

  it('does not take lines of a message for places', () => {
    const error = new Error('first\n    at hunter2 (secret)');
    expect(loggedError(error).at?.join()).not.toContain('hunter2');
  });

  it('keeps a code, but only if it looks like one', () => {
    const coded = (code: unknown) => loggedError(Object.assign(new Error('x'), { code })).code;
    expect(coded('42P01')).toBe('42P01');
    expect(coded('ECONNREFUSED')).toBe('ECONNREFUSED');
    expect(coded('a sentence with a secret')).toBeUndefined();
    expect(coded(7)).toBeUndefined();
  });

  it('follows causes, a few of them, even in a circle', () => {
    const error = new Error('outer');
    error.cause = error;
    const depth = (one: ReturnType<typeof loggedError>): number =>
      one.cause === undefined ? 1 : 1 + depth(one.cause);
    expect(depth(loggedError(error))).toBe(4);
    const cause = new Error('connect ECONNREFUSED');
    const logged = loggedError(new AppError('unavailable', 'x', { cause }));
    expect(logged.cause).toMatchObject({ name: 'Error', message: 'connect ECONNREFUSED' });
  });

  it.each([undefined, null, 'hunter2', 42, { message: 'hunter2' }])(
    'tells nothing of %j, which is no Error',
    (thrown) => {
      expect(loggedError(thrown)).toEqual({ name: typeof thrown, message: 'not an Error' });
    },
  );
});
