import { randomBytes } from 'node:crypto';

/** The timestamp has 48 bits: it ends in the year 10889. */
const END_MS = 2 ** 48;

/**
 * Make a UUID of version 7: the instant in milliseconds, then 74 random bits.
 *
 * Two made in one millisecond are in no order; Node 20 has no function of its own for this.
 *
 * @param now - milliseconds since the epoch, a whole number from 0 to 2^48 - 1
 * @throws {RangeError} when `now` is no such number
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function uuid7(now: number): string {
  if (!(Number.isInteger(now) && now >= 0 && now < END_MS)) {
    throw new RangeError(`now must be whole milliseconds from 0 to 2^48 - 1, got ${now}`);
  }
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
