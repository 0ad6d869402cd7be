import { describe, expect, it } from 'vitest';
import { readFeeds } from '../lib/config-feeds.js';

describe('readFeeds', () => {
  it('follows the pages of the platforms by default, and no page of a self-hosted edition', () => {
    expect([...readFeeds({}).keys()]).toEqual(['render', 'vercel', 'fly']);
    expect([...readFeeds({ RENDER_API_URL: 'http://127.0.0.1:9' }).keys()]).toEqual([
      'vercel',
      'fly',
    ]);
  });

  it('follows others, instead of the known ones, or none', () => {
    const feeds = readFeeds({
      STATUS_FEED_STRIPE: 'https://status.stripe.example/api/v2/summary.json',
      STATUS_FEED_RENDER: 'http://127.0.0.1:81/summary.json',
      STATUS_FEED_FLY: 'none',
      STATUS_FEED_VERCEL: '',
    });
    expect(feeds.get('stripe')).toBe('https://status.stripe.example/api/v2/summary.json');
    expect(feeds.get('render')).toBe('http://127.0.0.1:81/summary.json');
    expect(feeds.has('fly')).toBe(false);
    expect(feeds.get('vercel')).toContain('vercel-status.com');
  });

  it.each([
    'status.example',
    'http://status.example',
    'https://u:p@s.example',
    'https://s.example?key=1',
  ])('refuses %s, naming the variable and not the value', (value) => {
    expect(() => readFeeds({ STATUS_FEED_X: value })).toThrow(
      expect.objectContaining({
        code: 'misconfigured',
        message: expect.not.stringContaining(value),
      }),
    );
    expect(() => readFeeds({ STATUS_FEED_X: value })).toThrow('STATUS_FEED_X');
  });
});
