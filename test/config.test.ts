import { describe, expect, it } from 'vitest';
import { readConfig } from '../lib/config.js';

const ENV = {
  FORESTALL_SECRET: 'x'.repeat(43),
  FORESTALL_URL: 'https://forestall.example',
  DATABASE_URL: 'postgresql://user:password@db.neon.tech/forestall',
};
const read = (given: Readonly<Record<string, string>>) => readConfig({ ...ENV, ...given });

describe('readConfig', () => {
  it('gives out credentials of platforms, and no other secret', () => {
    const config = read({ ACTION_WEBHOOK_SECRET_BOT: 'a', QSTASH_TOKEN: 'b' });
    expect(config.credential('ACTION_WEBHOOK_SECRET_BOT')).toBe('a');
    expect(config.credential('ACTION_WEBHOOK_SECRET')).toBeUndefined();
    for (const name of ['QSTASH_TOKEN', 'FORESTALL_SECRET', 'DATABASE_URL', 'ACTION_WEBHOOK_URL']) {
      expect(config.credential(name)).toBeUndefined();
    }
  });

  it('gives out addresses of the team’s own, and no other variable', () => {
    const config = read({
      ACTION_WEBHOOK_URL: 'https://hooks.example/do/',
      ACTION_WEBHOOK_STATUS_URL_BOT: 'http://127.0.0.1:81/state',
      ACTION_WEBHOOK_URL_EMPTY: '',
    });
    expect(config.address('ACTION_WEBHOOK_URL')).toBe('https://hooks.example/do');
    expect(config.address('ACTION_WEBHOOK_STATUS_URL_BOT')).toBe('http://127.0.0.1:81/state');
    expect(config.address('ACTION_WEBHOOK_URL_EMPTY')).toBeUndefined();
    expect(config.address('DATABASE_URL')).toBeUndefined();
  });

  it.each(['http://hooks.example', 'hooks.example', 'file:///etc/passwd'])(
    'refuses %s as an address when it is asked for, by the name of its variable',
    (value) => {
      const config = read({ ACTION_WEBHOOK_URL: value });
      expect(() => config.address('ACTION_WEBHOOK_URL')).toThrow(
        expect.objectContaining({
          code: 'misconfigured',
          message: expect.stringMatching(/^ACTION_WEBHOOK_URL (must be|is not)/),
        }),
      );
    },
  );
});
