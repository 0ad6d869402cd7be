import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StatusFeeds, statusFeeds } from '../../lib/platforms/status-feed.js';
import {
  ALL_WELL,
  MAJOR_OUTAGE,
  type StatusPage,
  startStatusPage,
} from '../support/status-page.js';

let page: StatusPage;
let feeds: StatusFeeds;

beforeAll(async () => {
  page = await startStatusPage();
  const urls = new Map([['render', page.url]]);
  feeds = statusFeeds(urls, { fetch, now: () => new Date() });
});

afterAll(() => page.close());

describe('statusFeeds', () => {
  it('reads a page', async () => {
    page.say(ALL_WELL);
    expect(await feeds.read('render')).toEqual(ALL_WELL);
    page.say(MAJOR_OUTAGE);
    expect(await feeds.read('render')).toEqual(MAJOR_OUTAGE);
    expect(feeds.names).toEqual(['render']);
  });

  it('keeps no more of a page than it needs', async () => {
    const parts = Array.from({ length: 600 }, (_, i) => ({
      name: `${i} ${'x'.repeat(300)}`,
      status: 'operational' as const,
    }));
    page.say({ ...ALL_WELL, parts });
    const read = await feeds.read('render');
    expect(read.parts).toHaveLength(500);
    expect(read.parts[0]?.name).toHaveLength(200);
  });

  it.each([
    ['another form', '{"services": []}'],
    ['a word that is unknown', JSON.stringify({ status: { indicator: 'odd', description: '' } })],
    ['no JSON', '<html>'],
    ['an empty answer', ''],
    ['more than is read', `"${'x'.repeat(1024 * 1024)}"`],
    ['a redirect', 302],
    ['not found', 404],
    ['an error', 503],
    ['a limit', 429],
  ])('knows nothing by %s', async (_, said) => {
    page.say(said);
    const fresh = statusFeeds(new Map([['render', page.url]]), { fetch, now: () => new Date() });
    await expect(fresh.read('render')).rejects.toMatchObject({ name: 'AppError' });
  });

  it('knows nothing of a page that is not followed', async () => {
    await expect(feeds.read('stripe')).rejects.toMatchObject({ code: 'not_found' });
  });
});
