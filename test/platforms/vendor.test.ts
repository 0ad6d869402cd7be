import { describe, expect, it } from 'vitest';
import { openVendor } from '../../lib/platforms/vendor.js';

const open = (baseUrl: string) =>
  openVendor('Vendor', { baseUrl, credential: () => 't', fetch, now: () => new Date(0) });

describe('openVendor', () => {
  it.each([
    ['https://api.vendor.example/v1', 'https://api.vendor.example/v1'],
    ['https://api.vendor.example/v1//', 'https://api.vendor.example/v1'],
    ['http://localhost:81/v1', 'http://localhost:81/v1'],
    ['http://127.0.0.1:81', 'http://127.0.0.1:81'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://[::1]:81', 'http://[::1]:81'],
  ])('takes %s', (given, baseUrl) => {
    expect(open(given)).toMatchObject({ name: 'Vendor', baseUrl, timeoutMs: 10_000 });
  });

  it.each([
    'http://api.vendor.example',
    'http://127.0.0.1.vendor.example',
    'http://localhost.vendor.example',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'ftp://localhost',
    'https://user:pass@api.vendor.example',
    'https://api.vendor.example?key=1',
    'https://api.vendor.example#x',
    'api.vendor.example',
    '',
  ])('refuses %j without repeating it', (baseUrl) => {
    expect(() => open(baseUrl)).toThrow(
      expect.objectContaining({
        code: 'misconfigured',
        message:
          "Vendor: the API's address must be https, or on this machine, without login or query",
      }),
    );
  });
});
