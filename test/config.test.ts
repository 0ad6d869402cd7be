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
    expect(read({ GITHUB_APP_PRIVATE_KEY: 'c' }).credential('GITHUB_APP_PRIVATE_KEY')).toBe('c');
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

  it('gives out connection strings of the team’s databases, and never Forestall’s own', () => {
    const url = 'postgresql://app:pw@ep-cool-darkness-123456.eu-central-1.aws.neon.tech/shop';
    const config = read({ SHOP_DATABASE_URL: url, NEON_API_KEY: 'napi_1' });
    expect(config.connection('SHOP_DATABASE_URL')).toBe(url);
    expect(config.credential('NEON_API_KEY')).toBe('napi_1');
    expect(config.credential('SHOP_DATABASE_URL')).toBeUndefined();
    for (const name of ['DATABASE_URL', 'OTHER_DATABASE_URL', 'FORESTALL_SECRET']) {
      expect(config.connection(name)).toBeUndefined();
    }
  });

  it.each([
    ['postgresql://app:pw@db.example/shop', 'is not a Neon database'],
    ['https://app:pw@db.neon.tech/shop', 'must look like'],
    ['postgresql://app@db.neon.tech/shop', 'must look like'],
    ['postgresql://app:pw@db.neon.tech', 'must look like'],
    ['app:pw', 'must look like'],
    ['pw', 'is not a URL'],
  ])('refuses %s as a connection string, by the name of its variable', (value, why) => {
    for (const name of ['DATABASE_URL', 'SHOP_DATABASE_URL']) {
      const asked = () => read({ [name]: value }).connection(name);
      expect(asked).toThrow(
        expect.objectContaining({
          code: 'misconfigured',
          message: expect.stringMatching(new RegExp(`^${name} ${why}`)),
        }),
      );
      expect(asked).not.toThrow('pw');
    }
  });

  it.each(['http://console.neon.tech', 'console.neon.tech'])(
    'refuses %s as NEON_API_URL',
    (url) => {
      expect(() => read({ NEON_API_URL: url })).toThrow(/^NEON_API_URL (must be|is not)/);
      expect(read({ NEON_API_URL: 'http://127.0.0.1:81/api/v2/' }).neonUrl).toBe(
        'http://127.0.0.1:81/api/v2',
      );
    },
  );
});
