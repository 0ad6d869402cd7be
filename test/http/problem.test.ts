import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../lib/errors.js';
import { problemOf, problemResponse, queueProblemResponse } from '../../lib/http/problem.js';

/** Status for a caller, and for the queue. A code that is missing here does not compile. */
const EXPECTED: Record<ErrorCode, readonly [number, number]> = {
  invalid: [400, 489],
  unauthorized: [401, 489],
  forbidden: [403, 489],
  not_found: [404, 489],
  method_not_allowed: [405, 489],
  conflict: [409, 489],
  in_progress: [409, 503],
  refused: [409, 489],
  paused: [409, 489],
  gone: [410, 489],
  too_large: [413, 489],
  unsupported_media_type: [415, 489],
  idempotency_mismatch: [422, 489],
  misconfigured: [500, 489],
  upstream_refused: [502, 489],
  upstream_unavailable: [503, 503],
  unavailable: [503, 503],
};

const codes = Object.entries(EXPECTED).map(([code, [status, toQueue]]) => ({
  code: code as ErrorCode,
  status,
  toQueue,
}));

describe('problemResponse', () => {
  it.each(codes)('answers $status for $code', async ({ code, status }) => {
    const response = problemResponse(problemOf(new AppError(code, 'what happened')));
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: `urn:forestall:problem:${code}`,
      title: expect.stringMatching(/^[A-Z]/),
      status,
      detail: 'what happened',
      code,
    });
  });

  it('adds the details, which cannot replace its own members', async () => {
    const details = { issues: [1], status: 200, code: 'fine', type: 'x', detail: 'x', title: 'x' };
    const response = problemResponse(problemOf(new AppError('invalid', 'why', { details })));
    const body = await response.json();
    expect(body).toMatchObject({ issues: [1], status: 400, code: 'invalid', detail: 'why' });
    expect(response.status).toBe(400);
  });

  it.each([
    ['an Error', new Error('password=hunter2')],
    ['a text', 'password=hunter2'],
    ['nothing', undefined],
    ['an object that looks like one of ours', { code: 'invalid', message: 'hunter2' }],
  ])('tells nothing of %s', async (_, error) => {
    const response = problemResponse(problemOf(error));
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', status: 500 });
    expect(text).not.toContain('hunter2');
    expect(Object.keys(JSON.parse(text))).toEqual(['type', 'title', 'status', 'code']);
  });

  it.each([
    { retryAfterS: 0.2, header: '1' },
    { retryAfterS: 7, header: '7' },
    { retryAfterS: -3, header: '0' },
  ])('says Retry-After $header for $retryAfterS s', ({ retryAfterS, header }) => {
    const error = new AppError('refused', 'cool-down', { retryAfterS });
    expect(problemResponse(problemOf(error)).headers.get('retry-after')).toBe(header);
  });

  it('says when to come back with every 503, and with nothing else unasked', () => {
    const retryAfter = (code: ErrorCode) =>
      problemResponse(problemOf(new AppError(code, 'x'))).headers.get('retry-after');
    expect(retryAfter('unavailable')).toBe('5');
    expect(retryAfter('conflict')).toBeNull();
  });

  it('asks for a key with 401', () => {
    const response = problemResponse(problemOf(new AppError('unauthorized', 'x')));
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
});

describe('queueProblemResponse', () => {
  it.each(codes)('answers $toQueue for $code', async ({ code, toQueue }) => {
    const response = queueProblemResponse(problemOf(new AppError(code, 'x')));
    expect(response.status).toBe(toQueue);
    expect(response.headers.get('upstash-nonretryable-error')).toBe(
      toQueue === 489 ? 'true' : null,
    );
    expect(await response.json()).toMatchObject({ code, status: toQueue });
  });

  it('lets the queue try again after what nobody foresaw', () => {
    const response = queueProblemResponse(problemOf(new Error('x')));
    expect(response.status).toBe(500);
    expect(response.headers.has('upstash-nonretryable-error')).toBe(false);
  });

  it('sets a time only where one is known, so that the delays of the message hold', () => {
    const retryAfter = (retryAfterS?: number) =>
      queueProblemResponse(
        problemOf(
          new AppError('unavailable', 'x', retryAfterS === undefined ? {} : { retryAfterS }),
        ),
      ).headers.get('retry-after');
    expect(retryAfter()).toBeNull();
    expect(retryAfter(30)).toBe('30');
  });
});
