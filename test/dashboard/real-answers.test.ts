import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminLists } from '../../lib/dashboard/admin-lists.js';
import { readAnswers } from '../../lib/dashboard/api.js';
import { type Answers, type View, view } from '../../lib/dashboard/view.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import type { Scope } from '../../lib/security/scope.js';
import { stated } from '../domain/decide/rules/build.js';
import { failingComponent } from '../support/failing-component.js';
import { addRecovery } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let incidentId = '';
const HOUR = 3_600_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Members that the API may leave out, by where they stand; every other one that the page reads must be there. */
const OPTIONAL: readonly RegExp[] = [
  /^health\.(database|queue)\.why$/,
  /^components\.\d+\.can_be_healed\.actions\.\d+\.rollback_type$/,
  /^admin\.rules\.items\.\d+\.(when|then)\./,
];

/** What was read, so that reading a member of it that the API has not answered fails and names it. */
function strict<T>(value: T, path = ''): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map) {
    const entries = [...value].map(([key, one]) => [key, strict(one, `${path}.detail`)] as const);
    return new Map(entries) as T;
  }
  return new Proxy(value, {
    get(target, name, receiver) {
      if (typeof name === 'symbol') return Reflect.get(target, name, receiver);
      const where = path === '' ? name : `${path}.${name}`;
      const isKnown = name in target || OPTIONAL.some((one) => one.test(where));
      if (!isKnown) throw new Error(`the API answers no ${where}`);
      const inner: unknown = Reflect.get(target, name, receiver);
      return typeof inner === 'function' ? inner : strict(inner, where);
    },
  });
}

/** Read everything as the page does, from the real functions over the real database. */
function read(scopes: readonly Scope[]): Promise<Answers> {
  const { stack } = flows;
  return readAnswers({
    key: stack.key(scopes),
    signal: new AbortController().signal,
    onHealth: () => undefined,
    admin: adminLists(),
    fetcher: (path, init) => fetch(stack.url + String(path), init),
  });
}

const viewOf = async (scopes: readonly Scope[]): Promise<View> =>
  view(strict(await read(scopes)), Date.now());

const PLATFORM = { type: 'render', service_id: 'srv-1' };

async function admin(path: string, method: string, body: object): Promise<void> {
  const { status } = await flows.stack.call(method, `/api/admin/${path}`, body);
  expect(status, path).toBeLessThan(300);
}

const CONDITION = {
  components: ['shop'],
  situations: ['leak', 'down'],
  levels: ['critical'],
  metrics: [{ metric: 'memory_usage', above: 80 }],
  time: { zone: 'Europe/Berlin', days: ['mon'], from: '22:00', to: '06:00' },
};
const EFFECT = {
  plan: [{ name: 'restart' }, { name: 'rollback', rollback_type: 'config' }],
  mode: 'approve',
  limits: { restarts_per_hour: 1, cooldown_s: 600 },
};

/** Windows, freezes and rules of every kind that there is. */
async function lay(): Promise<void> {
  const once = { type: 'once', starts: '2020-06-01T00:00', ends: '2999-06-01T06:00' };
  const weekly = { type: 'weekly', days: ['sun'], start: '02:30', duration_min: 60 };
  const zoned = { zone: 'Europe/Berlin', why: 'backups run' };
  const windows = 'maintenance-windows';
  await admin(windows, 'POST', {
    ...zoned,
    name: 'open',
    component: 'shop',
    rule: once,
    mute: true,
  });
  await admin(windows, 'POST', { ...zoned, name: 'weekly', group: 'web', rule: weekly });
  await admin(windows, 'POST', { ...zoned, name: 'everything', all: true, rule: weekly });
  await admin('freezes', 'POST', { component: 'shop', ends_at: at(HOUR), why: 'a release' });
  await admin('freezes', 'POST', { starts_at: at(HOUR), ends_at: at(2 * HOUR), why: 'a sale' });
  const all = { all: true } as const;
  await admin('rules', 'POST', stated({ name: 'bare', when: all, effect: { mode: 'observe' } }));
  await admin('rules', 'POST', stated({ name: 'full', when: CONDITION, effect: EFFECT }));
}

beforeAll(async () => {
  flows = await startFlowStack();
  const { app, stack } = flows;
  await stack.call('PUT', '/api/components/calm', { platform: PLATFORM });
  const failing = await failingComponent(flows, 'shop', { group: 'web', standby: 'calm' });
  incidentId = failing.incidentId;
  const samples = [1, 2, 3].map((age) => ({ at: at(-age * 1000), cpu_usage: 20, error_rate: 0 }));
  await stack.call('POST', '/api/ingest', { component: 'calm', instance: 'one', samples });
  await stack.call('POST', '/api/sweep', {});
  await addRecovery(app, failing.id, { incidentId });
  const members = ['a', 'b', 'c'].map((component, i) => ({ componentId: i + 1, component }));
  await app.sql`
    insert into common_causes (id, peer_group, kind, members, peers, began_at)
    values (
      gen_random_uuid(), 'web', 'memory', ${JSON.stringify(members)}::jsonb, 4,
      now() - interval '1 day')`;
  await lay();
  await checkHealing(app);
  // More than one page, and none of them assessed, or looked at.
  await app.sql`
    insert into components (name, mode)
    select 'many-' || n, 'observe' from generate_series(1, 520) as n`;
});

afterAll(() => flows.close());

describe('what the page makes of what the API really answers', () => {
  it('reads nothing that is not there, and shows no value that it does not understand', async () => {
    const shown = JSON.stringify(await viewOf(['admin']));
    expect(shown).not.toMatch(/undefined|NaN|\[object|Invalid Date/);
  });

  it('has something of each kind', async () => {
    const { incidents, causes, components, freezes, rules, facts } = await viewOf(['admin']);
    expect(facts.map(({ name }) => name)).toContain('Database');
    expect(components.length).toBeGreaterThan(520);
    expect(causes).toMatchObject([{ title: expect.stringContaining('web') }]);
    const own = incidents.find(({ id }) => id === incidentId);
    expect(own).toMatchObject({
      severity: { text: 'critical', tone: 'bad' },
      recoveries: [expect.stringContaining('restart')],
      steps: [{ place: 'next' }, { action: 'ask a person' }],
    });
    const named = freezes.rows?.map(({ name, state }) => `${name}: ${state.text}`);
    expect(named).toEqual(
      expect.arrayContaining([
        'maintenance window open: open now',
        'maintenance window weekly: closed',
        'freeze: in force',
        'freeze: to come',
      ]),
    );
    expect(rules.rows?.map(({ name, mode }) => `${name}: ${mode}`)).toEqual(
      expect.arrayContaining(['bare: at most observe', 'full: at most approve']),
    );
    const healing = components.find(({ name }) => name === 'calm')?.healing;
    expect(healing?.verdict.text).not.toMatch(/unknown|not looked/);
  });

  it('says what a key that may only read does not see', async () => {
    const { freezes, rules, components } = await viewOf(['read']);
    expect([freezes.rows, rules.rows]).toEqual([null, null]);
    expect(rules.notes).toMatchObject([{ tone: 'none' }]);
    expect(components.length).toBeGreaterThan(520);
  });

  it('reads an empty installation, too', async () => {
    await flows.app.sql`delete from rules`;
    expect((await viewOf(['admin'])).rules).toEqual({ rows: [], notes: [] });
  });
});
