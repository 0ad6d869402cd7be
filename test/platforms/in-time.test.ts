import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { inTime } from '../../lib/platforms/in-time.js';

const late = () => new AppError('upstream_unavailable', 'no answer in time');
const soon = () => AbortSignal.timeout(1000);

describe('inTime', () => {
  it.each([soon, () => null])('answers what the work does, or fails as it does', async (signal) => {
    expect(await inTime(signal(), Promise.resolve('done'), late)).toBe('done');
    const failing = inTime(signal(), Promise.reject(new Error('it went wrong')), late);
    await expect(failing).rejects.toThrow('it went wrong');
  });

  it.each([() => AbortSignal.timeout(10), () => AbortSignal.abort()])(
    'waits no longer for what hangs, and does not mind how that ends',
    async (signal) => {
      let end = (_: Error): void => undefined;
      const hanging = new Promise<never>((_, reject) => {
        end = reject;
      });
      await expect(inTime(signal(), hanging, late)).rejects.toMatchObject({
        code: 'upstream_unavailable',
        message: 'no answer in time',
      });
      end(new Error('too late'));
      await new Promise(setImmediate);
    },
  );
});
