import { expect, it } from 'vitest';
import { mapLimit } from '../../lib/flows/map-limit.js';

const soon = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

it('keeps the order, and never runs more than so many at a time', async () => {
  let running = 0;
  let most = 0;
  const doubled = await mapLimit([5, 1, 4, 2, 3], 2, async (ms) => {
    running += 1;
    most = Math.max(most, running);
    await soon(ms);
    running -= 1;
    return 2 * ms;
  });
  expect(doubled).toEqual([10, 2, 8, 4, 6]);
  expect(most).toBe(2);
  expect(await mapLimit([], 3, async () => 1)).toEqual([]);
});

it('fails with the first failure, once what was running has ended, and begins no more', async () => {
  const ended: number[] = [];
  const begun: number[] = [];
  const all = mapLimit([0, 1, 2, 3, 4], 3, async (one) => {
    begun.push(one);
    if (one === 1) throw new Error('one fails');
    await soon(20);
    ended.push(one);
  });
  await expect(all).rejects.toThrow('one fails');
  expect(begun).toEqual([0, 1, 2]);
  expect(ended).toEqual([0, 2]);
});
