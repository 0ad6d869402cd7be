import { BrokenCircuitError, IsolatedCircuitError, TaskCancelledError } from 'cockatiel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyError, STRATEGIES } from '../../lib/agent/error-class.js';

const coded = (code: string, message = 'no') => Object.assign(new Error(message), { code });
const named = (name: string, message = 'no') => Object.assign(new Error(message), { name });

describe('classifyError', () => {
  it.each([
    '08000',
    '08003',
    '08006',
    '08P01',
    '57P01',
    '57P02',
    '57P03',
    '53300',
    'P1001',
    'P2024',
    'PROTOCOL_CONNECTION_LOST',
  ])('knows the code %s as the database', (code) => {
    expect(classifyError(coded(code))).toBe('database');
  });

  it.each(['23505', '42P01', '53200', '57014', '28P01', '8006', '080066', '08-06'])(
    'does not take the code %s for a lost database',
    (code) => {
      expect(classifyError(coded(code))).toBe('other');
    },
  );

  it.each([
    new Error('timeout exceeded when trying to connect'),
    new Error('Connection terminated unexpectedly'),
    new Error('Connection terminated due to connection timeout'),
    named('KnexTimeoutError', 'Knex: Timeout acquiring a connection. The pool is probably full.'),
    named('SequelizeConnectionAcquireTimeoutError'),
    named('SequelizeConnectionRefusedError'),
  ])('knows a pool that is exhausted or cut off: %s', (error) => {
    expect(classifyError(error)).toBe('database');
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN', 'UND_ERR_SOCKET'])(
    'takes %s for the database on a database call, otherwise for an upstream',
    (code) => {
      expect(classifyError(coded(code), true)).toBe('database');
      expect(classifyError(coded(code), false)).toBe('upstream');
    },
  );

  it.each([
    [coded('ENOMEM'), 'out_of_memory'],
    [coded('ERR_WORKER_OUT_OF_MEMORY'), 'out_of_memory'],
    [new RangeError('Array buffer allocation failed'), 'out_of_memory'],
    [new RangeError('Invalid array length'), 'other'],
    [coded('ETIMEDOUT'), 'timeout'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'timeout'],
    [new DOMException('late', 'TimeoutError'), 'timeout'],
    [new TaskCancelledError(), 'timeout'],
    [new BrokenCircuitError(), 'breaker_open'],
    [new IsolatedCircuitError(), 'breaker_open'],
    [{ status: 503 }, 'upstream'],
    [{ statusCode: 500 }, 'upstream'],
    [{ response: { status: 599 } }, 'upstream'],
    [{ status: 499 }, 'other'],
    [{ status: 600 }, 'other'],
    [{ status: '503' }, 'other'],
    [new TypeError('x is not a function'), 'other'],
    [null, 'other'],
    [undefined, 'other'],
    ['ECONNRESET', 'other'],
    [42, 'other'],
  ])('calls %s %s', (error, expected) => {
    expect(classifyError(error)).toBe(expected);
  });

  it('looks into causes, as fetch hides the network error in one', () => {
    expect(classifyError(new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }))).toBe(
      'upstream',
    );
    expect(
      classifyError(new Error('query', { cause: new Error('x', { cause: coded('08006') }) })),
    ).toBe('database');
  });

  it('survives causes that go in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(classifyError(error)).toBe('other');
  });

  it('has a strategy for whatever is thrown', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withDate: true }),
        fc.boolean(),
        (thrown, isDatabase) => {
          expect(STRATEGIES[classifyError(thrown, isDatabase)]).toBeDefined();
        },
      ),
    );
  });
});
