import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { readAlertmanager } from '../../lib/intake/alertmanager.js';

const fixture = (name: string) =>
  JSON.parse(
    readFileSync(
      new URL(`../fixtures/webhooks/alertmanager-${name}.json`, import.meta.url),
      'utf8',
    ),
  );

const alert = {
  status: 'firing',
  labels: { alertname: 'HighErrorRate', severity: 'critical', service: 'checkout' },
  annotations: { summary: 'too many errors' },
  startsAt: '2026-01-15T10:02:30.123Z',
  fingerprint: 'c6eadffa33fcdf37',
};
const notification = (alerts: unknown, more: object = {}) => ({ version: '4', alerts, ...more });
const first = (changed: object) =>
  readAlertmanager(notification([{ ...alert, ...changed }])).alerts[0];

describe('readAlertmanager', () => {
  it('reads a group that fires', () => {
    const batch = readAlertmanager(fixture('firing'));
    expect(batch).toMatchObject({ ignored: 0, truncated: 0 });
    expect(batch.alerts).toHaveLength(2);
    expect(batch.alerts[0]).toEqual({
      source: 'alertmanager',
      refs: ['checkout-api', '10.0.3.17:9090'],
      severity: 'critical',
      status: 'firing',
      dedupKey: 'c6eadffa33fcdf37:2026-01-15T10:02:30.123Z',
      title: '5xx ratio above 5% on checkout-api',
      startedAt: new Date('2026-01-15T10:02:30.123Z'),
      value: 0.124,
    });
  });

  it('goes by the status of each alert, not by the group’s', () => {
    const statuses = (name: string) =>
      readAlertmanager(fixture(name)).alerts.map(({ status }) => status);
    expect(statuses('mixed')).toEqual(['firing', 'resolved']);
    expect(statuses('resolved')).toEqual(['resolved', 'resolved']);
  });

  it('gives an alert the same key when it is sent again, resolved, or with its time in another zone', () => {
    const keys = (name: string) =>
      readAlertmanager(fixture(name)).alerts.map(({ dedupKey }) => dedupKey);
    expect(keys('resolved')).toEqual(keys('firing'));
    expect(first({ startsAt: '2026-01-15T11:02:30.123+01:00' })?.dedupKey).toBe(
      first({})?.dedupKey,
    );
  });

  it('gives the next occurrence another key', () => {
    expect(first({ startsAt: '2026-01-16T10:02:30.123Z' })?.dedupKey).not.toBe(first({})?.dedupKey);
  });

  it.each([
    [{ service: 'a', job: 'b', app: 'c', instance: 'd' }, ['a', 'b', 'c', 'd']],
    [{ instance: 'd', app: 'c' }, ['c', 'd']],
    [{ service: 'a', job: 'a' }, ['a']],
    [{ service: '', job: 'b', app: 'x'.repeat(257) }, ['b']],
    [{ team: 'x' }, []],
    [{}, []],
  ])('looks for the component in %j', (labels, refs) => {
    expect(first({ labels })?.refs).toEqual(refs);
  });

  it.each([
    [{ value: '0.124' }, 0.124],
    [{ value: '-1e3' }, -1000],
    [{ value: '12.4%' }, null],
    [{ value: '' }, null],
    [{ value: ' ' }, null],
    [{ value: 'NaN' }, null],
    [{ value: '1e999' }, null],
    [{}, null],
  ])('reads of %j the value %j', (annotations, value) => {
    expect(first({ annotations })?.value).toBe(value);
  });

  it('names an alert by its summary, else its name, and bounds it', () => {
    expect(first({ annotations: {} })?.title).toBe('HighErrorRate');
    expect(first({ annotations: {}, labels: {} })?.title).toBe('alert without a name');
    expect(first({ annotations: { summary: 'x'.repeat(5000) } })?.title).toHaveLength(200);
  });

  it('takes an alert without labels or annotations', () => {
    expect(first({ labels: undefined, annotations: undefined })).toMatchObject({
      refs: [],
      severity: 'warning',
    });
  });

  it.each([
    ['a status nobody knows', { status: 'suppressed' }],
    ['no status', { status: undefined }],
    ['no fingerprint', { fingerprint: '' }],
    ['no start', { startsAt: undefined }],
    ['a start that is none', { startsAt: 'yesterday' }],
    ['a start in the year 0', { startsAt: '0000-12-31T23:59:59Z' }],
    ['a start in the year 0 of UTC', { startsAt: '0001-01-01T00:00:00+01:00' }],
    ['a start in the year 10000 of UTC', { startsAt: '9999-12-31T23:59:59-01:00' }],
    ['labels that are no texts', { labels: { service: 1 } }],
  ])('ignores an alert with %s, and keeps its neighbours', (_, changed) => {
    const batch = readAlertmanager(notification([alert, { ...alert, ...changed }, alert]));
    expect(batch).toMatchObject({ ignored: 1, alerts: [{}, {}] });
  });

  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'takes a start that the database takes, as far as %s',
    (startsAt) => {
      expect(first({ startsAt })?.startedAt).toEqual(new Date(startsAt));
    },
  );

  it('says how many alerts were left out, by the sender or by us', () => {
    expect(readAlertmanager(notification([alert], { truncatedAlerts: 7 })).truncated).toBe(7);
    const flood = Array.from({ length: 1500 }, () => alert);
    const batch = readAlertmanager(notification(flood, { truncatedAlerts: 7 }));
    expect([batch.alerts.length, batch.truncated]).toEqual([1000, 507]);
  });

  it('takes a group without alerts, and keys it does not know', () => {
    expect(
      readAlertmanager(notification([], { routeLabels: {}, notification_reason: 'x' })),
    ).toEqual({
      alerts: [],
      ignored: 0,
      truncated: 0,
    });
  });

  it.each([
    ['nothing', undefined],
    ['a list', [alert]],
    ['another version', { ...notification([alert]), version: '1' }],
    ['no version', { alerts: [alert] }],
    ['no alerts', { version: '4' }],
    ['alerts that are no list', notification({})],
    ['a count that is none', notification([], { truncatedAlerts: -1 })],
  ])('refuses %s', (_, payload) => {
    expect(() => readAlertmanager(payload)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('throws nothing but an AppError, whatever it is given', () => {
    const hostile = fc.oneof(
      fc.anything(),
      fc.array(fc.anything()).map((all) => notification(all)),
    );
    fc.assert(
      fc.property(hostile, (payload) => {
        try {
          readAlertmanager(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
