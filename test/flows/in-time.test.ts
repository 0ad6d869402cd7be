import { describe, expect, it } from 'vitest';
import { inTime } from '../../lib/flows/in-time.js';

describe('inTime', () => {
  it('answers what the work does', async () => {
    expect(await inTime(1000, async () => 'done')).toBe('done');
  });

  it('fails as the work does', async () => {
    const failing = inTime(1000, () => Promise.reject(new Error('it went wrong')));
    await expect(failing).rejects.toThrow('it went wrong');
  });

  it('waits no longer for what hangs, and does not mind how that ends', async () => {
    let end = (_: Error): void => undefined;
    const hanging = new Promise<never>((_, reject) => {
      end = reject;
    });
    await expect(inTime(10, () => hanging)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: 'no answer within 10 ms',
    });
    end(new Error('too late'));
    await new Promise(setImmediate);
  });
});
