import { describe, expect, it } from 'vitest';
import { adminLists } from '../../lib/dashboard/admin-lists.js';
import { readAnswers } from '../../lib/dashboard/api.js';
import type { Trouble } from '../../lib/dashboard/trouble.js';

const HEALTH = {
  ok: true,
  database: { ok: true },
  queue: { ok: true },
  last_sweep_age_s: 1,
  paused: false,
};

type Table = Readonly<Record<string, (url: URL) => Response | Promise<Response>>>;

const WELL: Table = {
  '/api/health': () => Response.json(HEALTH),
  '/api/components': () => Response.json({ components: [], next_cursor: null }),
  '/api/incidents': () =>
    Response.json({ incidents: [], common_causes: [{ id: 'c' }], next_cursor: null }),
  '/api/admin/maintenance-windows': () => Response.json({ maintenance_windows: [{ name: 'w' }] }),
  '/api/admin/freezes': () => Response.json({ freezes: [] }),
  '/api/admin/rules': () => Response.json({ rules: [{ name: 'r' }] }),
};

/** Answers from a table, and notes what was asked. */
function server(table: Table) {
  const asked: { path: string; headers: Headers }[] = [];
  const fetcher: typeof fetch = async (input, init) => {
    const url = new URL(String(input), 'http://page.test');
    asked.push({ path: url.pathname + url.search, headers: new Headers(init?.headers) });
    init?.signal?.throwIfAborted();
    return (table[url.pathname] ?? (() => new Response(null, { status: 404 })))(url);
  };
  return { fetcher, asked };
}

function reading(table: Table, signal = new AbortController().signal) {
  const { fetcher, asked } = server(table);
  const healths: unknown[] = [];
  const onHealth = (health: unknown) => healths.push(health);
  const answers = readAnswers({ key: 'k', signal, onHealth, admin: adminLists(), fetcher });
  return { answers, asked, healths };
}

const troubleOf = (answers: Promise<unknown>): Promise<Trouble> =>
  answers.then(
    () => Promise.reject(new Error('it succeeded')),
    (trouble) => trouble,
  );

describe('readAnswers', () => {
  it.each([
    ['components', '/api/components', { components: [], next_cursor: 'a' }],
    ['incidents', '/api/incidents', { incidents: [], common_causes: [], next_cursor: 'a' }],
  ])('does not read pages of %s for ever that lead nowhere', async (_, path, body) => {
    const { answers, asked } = reading({ ...WELL, [path]: () => Response.json(body) });
    expect(await answers).toMatchObject({ more: true });
    expect(asked.filter((one) => one.path.startsWith(path))).toHaveLength(10);
  });

  it('takes a list without a cursor for its last page', async () => {
    const { answers } = reading({
      ...WELL,
      '/api/components': () => Response.json({ components: [] }),
    });
    expect((await answers).components).toEqual([]);
  });

  it('sends the key in the header, never in the address', async () => {
    const { answers, asked } = reading(WELL);
    await answers;
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/health?deep=1',
      '/api/components?limit=500',
      '/api/incidents?state=open&limit=200',
      '/api/admin/maintenance-windows',
      '/api/admin/freezes',
      '/api/admin/rules',
    ]);
    for (const { headers } of asked) expect(headers.get('authorization')).toBe('Bearer k');
  });

  it('reads the common causes that last, and what people have laid down', async () => {
    const { causes, admin } = await reading(WELL).answers;
    expect(causes).toEqual([{ id: 'c' }]);
    expect(admin).toEqual({
      windows: { items: [{ name: 'w' }], trouble: null },
      freezes: { items: [], trouble: null },
      rules: { items: [{ name: 'r' }], trouble: null },
    });
  });

  it('does without what a key may not see', async () => {
    const refused = () => new Response(null, { status: 403 });
    const { answers } = reading({ ...WELL, '/api/admin/rules': refused });
    const { admin, causes } = await answers;
    expect(admin.rules).toMatchObject({ items: null, trouble: { status: 403 } });
    expect(admin.windows.items).toHaveLength(1);
    expect(causes).toHaveLength(1);
  });

  it('follows the cursor, up to a thousand components', async () => {
    const page = (url: URL) => {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const components = Array.from({ length: 500 }, (_, i) => ({ name: String(from + i) }));
      return Response.json({ components, next_cursor: String(from + 500) });
    };
    const { answers, asked } = reading({ ...WELL, '/api/components': page });
    const { components, more } = await answers;
    expect(components).toHaveLength(1000);
    expect(components.at(-1)).toEqual({ name: '999' });
    expect(more).toBe(true);
    expect(asked.filter(({ path }) => path.startsWith('/api/components'))).toHaveLength(2);
  });

  it('reads the timelines of the newest ten incidents, and does without one that fails', async () => {
    const incidents = Array.from({ length: 12 }, (_, i) => ({ id: `i${i}` }));
    const details = Object.fromEntries(
      incidents
        .slice(1)
        .map(({ id }) => [
          `/api/incidents/${id}`,
          () => Response.json({ timeline: [], recoveries: [] }),
        ]),
    );
    const { answers } = reading({
      ...WELL,
      ...details,
      '/api/incidents': () => Response.json({ incidents, next_cursor: null }),
    });
    const { details: read, more } = await answers;
    expect([...read.keys()].sort()).toEqual(incidents.slice(1, 10).map(({ id }) => id));
    expect(more).toBe(false);
  });

  it('takes a health of 503 for an answer, and tells it before the rest fails', async () => {
    const health = { ...HEALTH, ok: false, database: { ok: false, why: 'cannot be reached' } };
    const { answers, healths } = reading({
      ...WELL,
      '/api/health': () => Response.json(health, { status: 503 }),
      '/api/components': () => new Response(null, { status: 503, headers: { 'retry-after': '7' } }),
    });
    expect(await troubleOf(answers)).toMatchObject({ status: 503, retryAfterS: 7 });
    expect(healths).toEqual([health]);
  });

  it.each([
    {
      title: 'a key that is not accepted',
      answer: () => new Response(null, { status: 401 }),
      status: 401,
    },
    {
      title: 'a key that may not read',
      answer: () => new Response(null, { status: 403 }),
      status: 403,
    },
    {
      title: 'a 503 that is not about health',
      answer: () => Response.json({ code: 'unavailable' }, { status: 503 }),
      status: 503,
    },
    {
      title: 'a 503 from a proxy',
      answer: () => new Response('<html>', { status: 503 }),
      status: 503,
    },
    { title: 'an answer that is no JSON', answer: () => new Response('<html>'), status: 200 },
    {
      title: 'a network that is down',
      answer: () => Promise.reject(new TypeError('fetch failed')),
      status: 0,
    },
  ])('ends in trouble $status with $title', async ({ answer, status }) => {
    const { answers, healths } = reading({ ...WELL, '/api/health': answer });
    const trouble = await troubleOf(answers);
    expect(trouble).toMatchObject({ name: 'Trouble', status });
    expect(trouble.message).not.toBe('');
    expect(healths).toEqual([]);
  });

  it('gives up when it is told to', async () => {
    const { answers } = reading(WELL, AbortSignal.abort());
    expect(await troubleOf(answers)).toMatchObject({ status: 0 });
  });
});
