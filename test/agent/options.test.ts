import { describe, expect, it } from 'vitest';
import { type AgentOptions, readOptions } from '../../lib/agent/options.js';

const given: AgentOptions = { url: 'https://forestall.example', key: 'fst_a.b', component: 'shop' };

describe('readOptions', () => {
  it('has a default for everything but address, key and component', () => {
    expect(readOptions(given)).toEqual({
      ...given,
      instance: expect.stringMatching(new RegExp(`^[A-Za-z0-9._:-]+-${process.pid}$`)),
      intervalS: 15,
      bufferLimit: 1000,
      drainMs: 10_000,
    });
  });

  it.each([
    'https://a.example/below',
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://[::1]:3',
  ])('takes the address %s', (url) => {
    expect(readOptions({ ...given, url }).url).toBe(url);
  });

  it.each([
    ['url', { url: 'http://forestall.example' }],
    ['url', { url: 'http://localhost.example' }],
    ['url', { url: 'http://127.0.0.1.example' }],
    ['url', { url: 'ftp://127.0.0.1' }],
    ['url', { url: 'no address' }],
    ['key', { key: '' }],
    ['key', { key: 'secret\n' }],
    ['component', { component: '' }],
    ['component', { component: 'a shop' }],
    ['component', { component: 'a'.repeat(129) }],
    ['instance', { instance: '' }],
    ['commandKey', { commandKey: 'short' }],
    ['intervalS', { intervalS: 0.09 }],
    ['intervalS', { intervalS: Number.NaN }],
    ['memoryLimitMb', { memoryLimitMb: 0 }],
    ['bufferLimit', { bufferLimit: 9 }],
    ['drainMs', { drainMs: -1 }],
  ])('refuses a wrong %s, without repeating it', (name, over) => {
    const read = () => readOptions({ ...given, ...over });
    expect(read).toThrow(RangeError);
    expect(read).toThrow(new RegExp(`^agent option ${name}`));
    expect(read).not.toThrow(/secret|forestall\.example/);
  });
});
