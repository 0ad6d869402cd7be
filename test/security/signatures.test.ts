import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isSignedByPagerDuty, isSignedBySlack } from '../../lib/security/signatures.js';

const FIXTURES = path.join(import.meta.dirname, '../fixtures/notify');
const read = (name: string) => readFileSync(path.join(FIXTURES, name), 'utf8');

const Vector = z.object({
  scheme: z.string(),
  secret: z.string(),
  body: z.string().optional(),
  bodyFile: z.string().optional(),
  headers: z.record(z.string(), z.string()),
  now: z.number().default(0),
});

/** The example that the provider has published, or one computed over its sample. */
function vector(scheme: string) {
  const all = z.array(Vector).parse(JSON.parse(read('signatures.json')));
  const found = all.find((one) => one.scheme === scheme);
  if (found === undefined) throw new Error(`no vector of ${scheme}`);
  const { headers, secret, now, body, bodyFile } = found;
  return {
    secret,
    signed: {
      headers: new Headers(headers),
      rawBody: body ?? read(bodyFile ?? ''),
      now: new Date(now * 1000),
    },
  };
}

describe('isSignedBySlack', () => {
  const { secret, signed } = vector('slack');
  const at = (seconds: number) => new Date(signed.now.getTime() + seconds * 1000);

  it('knows the published example', () => {
    expect(isSignedBySlack(signed, secret)).toBe(true);
  });

  it.each([
    ['five minutes', 300, true],
    ['more', 301, false],
    ['five minutes ahead', -300, true],
    ['more ahead', -301, false],
  ])('looks at the time: %s', (_, seconds, expected) => {
    expect(isSignedBySlack({ ...signed, now: at(seconds) }, secret)).toBe(expected);
  });

  it.each([
    ['another body', { ...signed, rawBody: `${signed.rawBody} ` }, secret],
    ['another secret', signed, 'another'],
    ['no headers', { ...signed, headers: new Headers() }, secret],
    [
      'another time',
      {
        ...signed,
        headers: new Headers([
          ['x-slack-signature', signed.headers.get('x-slack-signature') ?? ''],
          ['x-slack-request-timestamp', '1531420619'],
        ]),
      },
      secret,
    ],
    [
      'a time that is no number',
      {
        ...signed,
        headers: new Headers([
          [
            'x-slack-signature',
            `v0=${createHmac('sha256', secret).update(`v0:soon:${signed.rawBody}`).digest('hex')}`,
          ],
          ['x-slack-request-timestamp', 'soon'],
        ]),
      },
      secret,
    ],
  ])('refuses %s', (_, other, key) => {
    expect(isSignedBySlack(other, key)).toBe(false);
  });
});

describe('isSignedByPagerDuty', () => {
  const { secret, signed } = vector('pagerduty');
  const right = signed.headers.get('x-pagerduty-signature') ?? '';
  const shows = (value: string) => ({
    ...signed,
    headers: new Headers({ 'x-pagerduty-signature': value }),
  });

  it.each([
    ['one', right],
    ['two of a rotation', `v1=${'0'.repeat(64)}, ${right}`],
  ])('knows %s', (_, value) => {
    expect(isSignedByPagerDuty(shows(value), secret)).toBe(true);
  });

  it.each([
    ['none', ''],
    ['that of another version', right.replace('v1', 'v2')],
    ['part of one', right.slice(0, -1)],
    ['the last of very many', `${'v1=0,'.repeat(20)}${right}`],
  ])('refuses %s', (_, value) => {
    expect(isSignedByPagerDuty(shows(value), secret)).toBe(false);
  });

  it('refuses another body, and another secret', () => {
    expect(isSignedByPagerDuty({ ...signed, rawBody: '{}' }, secret)).toBe(false);
    expect(isSignedByPagerDuty(signed, 'another')).toBe(false);
  });
});
