import { beforeEach, describe, expect, it } from 'vitest';
import { adminLists } from '../../lib/dashboard/admin-lists.js';
import { Trouble } from '../../lib/dashboard/trouble.js';

const RULES = '/api/admin/rules';
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api/admin/maintenance-windows': { maintenance_windows: [{ name: 'w' }] },
  '/api/admin/freezes': { freezes: [] },
  [RULES]: { rules: [{ name: 'r' }] },
};

let nowMs: number;
let asked: string[];
/** Set by a test: what reading the rules answers instead. */
let instead: unknown;
let lists: ReturnType<typeof adminLists>;

const read = async <T>(path: string): Promise<T> => {
  asked.push(path);
  const answer: unknown = path === RULES && instead !== null ? instead : ANSWERS[path];
  if (answer instanceof Error) throw answer;
  return JSON.parse(JSON.stringify(answer));
};

describe('adminLists', () => {
  beforeEach(() => {
    nowMs = 1;
    asked = [];
    instead = null;
    lists = adminLists(() => nowMs);
  });

  it('reads each list once in half a minute', async () => {
    const first = await lists(read);
    nowMs += 29_999;
    expect(await lists(read)).toEqual(first);
    expect(asked).toEqual(Object.keys(ANSWERS));
    nowMs += 1;
    await lists(read);
    expect(asked).toHaveLength(6);
  });

  it('keeps what it has read while reading fails, tries again, and is well again', async () => {
    await lists(read);
    nowMs += 30_000;
    instead = new Trouble(503);
    const failed = await lists(read);
    expect(failed.rules).toMatchObject({ items: [{ name: 'r' }], trouble: { status: 503 } });
    expect(failed.windows.trouble).toBeNull();
    instead = null;
    expect((await lists(read)).rules.trouble).toBeNull();
    expect(asked.filter((path) => path === RULES)).toHaveLength(3);
    expect(asked).toHaveLength(7);
  });

  it('does not call before it was asked to', async () => {
    instead = new Trouble(429, 60);
    await lists(read);
    nowMs += 59_999;
    await lists(read);
    expect(asked.filter((path) => path === RULES)).toHaveLength(1);
    nowMs += 1;
    await lists(read);
    expect(asked.filter((path) => path === RULES)).toHaveLength(2);
  });

  it('forgets what the key may not see any more, and asks again only after minutes', async () => {
    await lists(read);
    nowMs += 30_000;
    instead = new Trouble(403);
    expect((await lists(read)).rules).toMatchObject({ items: null, trouble: { status: 403 } });
    nowMs += 299_999;
    await lists(read);
    expect(asked.filter((path) => path === RULES)).toHaveLength(2);
    nowMs += 1;
    await lists(read);
    expect(asked.filter((path) => path === RULES)).toHaveLength(3);
  });

  it.each([
    { title: 'has no list', answer: {} },
    { title: 'has something else in its place', answer: { rules: { length: 1 } } },
  ])('is in trouble with an answer that $title', async ({ answer }) => {
    instead = answer;
    expect((await lists(read)).rules).toMatchObject({ items: null, trouble: { status: 200 } });
  });

  it('does not fail with an error that is none of the API’s', async () => {
    instead = new TypeError('no');
    expect((await lists(read)).rules.trouble).toMatchObject({ status: 200 });
  });
});
