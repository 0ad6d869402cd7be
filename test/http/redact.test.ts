import { describe, expect, it } from 'vitest';
import { redact } from '../../lib/http/redact.js';

describe('redact', () => {
  it.each([
    ['connect to postgresql://user:hunter2@db.example/x failed', 'hunter2'],
    ['GET https://api.example/x?token=hunter2 failed', 'hunter2'],
    ['header Authorization: Bearer hunter2', 'hunter2'],
    ['header Authorization: Basic aHVudGVyMg==', 'aHVudGVyMg'],
    ['key fst_eyJpZCI6MX0.abc is bad', 'eyJpZCI6MX0'],
    ['key rnd_hunter2 is bad', 'hunter2'],
    ['secret 0123456789abcdef0123456789abcdef', '0123456789abcdef'],
    ['invalid input syntax for type uuid: "hunter2"', 'hunter2'],
    ['Unexpected token \'h\', "{"a":hunter2}" is not valid JSON', 'hunter2'],
    ['two lines: "hunter2\nhunter2"', 'hunter2'],
  ])('takes the secret out of %j', (message, secret) => {
    expect(redact(message)).not.toContain(secret);
  });

  it('leaves what helps', () => {
    const message = "Cannot read properties of undefined (reading 'rows')";
    expect(redact(message)).toBe(message);
  });

  it('is bounded, and quick on hostile text', () => {
    expect(redact('word '.repeat(1_000_000))).toHaveLength(300);
    expect(redact('"'.repeat(5_000_000)).length).toBeLessThanOrEqual(300);
  });
});
