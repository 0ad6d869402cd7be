import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../lib/app.js';
import type { Sample } from '../../../lib/domain/metrics.js';
import { recover } from '../../../lib/flows/recover.js';
import { sweep } from '../../../lib/flows/sweep.js';
import { verify } from '../../../lib/flows/verify.js';
import { storedInput } from '../../../lib/local/backtest/stored-input.js';
import type { Outgoing } from '../../../lib/queue/queue.js';
import { readCauses } from '../../../lib/store/common-causes.js';
import { recordDeployment } from '../../../lib/store/deployments.js';
import { addMaintenanceWindow } from '../../../lib/store/maintenance-windows.js';
import { storeSamples } from '../../../lib/store/samples.js';
import { testDatabase } from '../../support/database.js';
import { renderDeploy, renderService } from '../../support/render/service.js';
import { type RenderServer, startRenderServer } from '../../support/render-server.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.js';
import { backtest } from './build.js';

const MINUTE = 60_000;
const MINUTES = 110;

/** Two days ago, on a whole minute: the partitions of its samples are there. */
const BASE = Math.floor((Date.now() - 2 * 86_400_000) / (60 * MINUTE)) * 60 * MINUTE;
const minuteOf = (at: Date | string): number => (new Date(at).getTime() - BASE) / MINUTE;

/** What a component sends at a minute, given when it was last acted on; null sends nothing. */
type Script = (minute: number, actedAt: number | null) => Record<string, number> | null;

const wobble = (minute: number): number => (minute % 4) * 0.3;
const healthy = (minute: number) => ({
  cpu_usage: 30 + wobble(minute),
  memory_usage: 45 + wobble(minute),
  error_rate: 0.001,
});

/** One of a group whose memory grows alike, until what made it grow is gone; the last one fails before. */
const shared =
  (place: number): Script =>
  (minute) => ({
    ...healthy(minute),
    memory_usage:
      minute < 25 || minute >= 85
        ? 45 + wobble(minute)
        : place === 2 && minute >= 75
          ? 99
          : Math.min(96, 50 + (minute - 25) * (1.05 + place / 50)) + wobble(minute) / 10,
  });

/** Each with what becomes of it. */
const SCRIPTS: Readonly<Record<string, { script: Script; config?: object }>> = {
  quiet: { script: healthy },
  // A restart ends it.
  burning: {
    script: (minute, acted) =>
      minute < 40 || acted !== null ? healthy(minute) : { ...healthy(minute), cpu_usage: 99 },
  },
  // No restart ends it: the verification fails, and a person is called.
  stuck: {
    script: (minute) => (minute < 45 ? healthy(minute) : { ...healthy(minute), cpu_usage: 99.2 }),
  },
  // It fails, too, but for another's sake.
  dependent: {
    script: (minute) => (minute < 52 ? healthy(minute) : { ...healthy(minute), cpu_usage: 98.5 }),
    config: { depends_on: ['stuck'] },
  },
  // A leak that is seen coming, and that a restart ends.
  leaking: {
    script: (minute, acted) => ({
      ...healthy(minute),
      memory_usage:
        acted === null
          ? Math.min(97, 50 + Math.max(0, minute - 20) * 1.1) + wobble(minute) / 10
          : 46 + wobble(minute),
    }),
  },
  // Its group is under maintenance for a quarter of an hour after it begins to fail.
  serviced: {
    script: (minute, acted) =>
      minute < 86 || acted !== null ? healthy(minute) : { ...healthy(minute), cpu_usage: 99 },
    config: { group: 'serviced' },
  },
  // It may be restarted, but a rule lets it only be watched.
  ruled: {
    script: (minute) => (minute < 97 ? healthy(minute) : { ...healthy(minute), cpu_usage: 99 }),
    config: { labels: { tier: 'gold' } },
  },
  watched: {
    script: (minute) => (minute < 60 ? healthy(minute) : { ...healthy(minute), cpu_usage: 99 }),
    config: { mode: 'observe' },
  },
  // It gets worse, and the deployment before it is taken back.
  deployed: {
    script: (minute, acted) => ({
      ...healthy(minute),
      error_rate: minute < 72 || acted !== null ? 0.001 : 0.3,
    }),
  },
  // What most of a group share is told once; that one of them fails all the same is its own.
  peer1: { script: shared(0), config: { group: 'peers' } },
  peer2: { script: shared(1), config: { group: 'peers' } },
  peer3: { script: shared(2), config: { group: 'peers' } },
  peer4: { script: healthy, config: { group: 'peers' } },
  silent: { script: (minute) => (minute < 50 || minute > 80 ? healthy(minute) : null) },
};

let stack: TestStack;
let render: RenderServer;
let clock: VirtualClock;
let app: App;
let sent: { readonly dueAt: number; readonly body: { recovery_id: string; kind: string } }[] = [];
let nowMs = BASE;

async function setClock(ms: number): Promise<void> {
  nowMs = ms;
  await clock.set(new Date(ms));
}

beforeAll(async () => {
  const database = await testDatabase();
  clock = await virtualClock(database, new Date(BASE));
  const services = Object.keys(SCRIPTS).map((name) =>
    renderService(`srv-${name}`, { deploys: [renderDeploy(2, 'live'), renderDeploy(1)] }),
  );
  render = await startRenderServer({ token: 'rnd_test', services });
  stack = await startTestStack({
    database,
    settings: {
      intervalS: 60,
      horizonS: 3600,
      windowS: 6 * 3600,
      agreeing: 3,
      settleRestartS: 150,
      settleRollbackS: 150,
      verifyPatienceS: 600,
      minHistoryS: 900,
      actionsPerHour: 3,
      recoveryShare: 0.3,
      claimS: 90,
      leaseS: 120,
    },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  const publish = async (messages: readonly Outgoing[]): Promise<void> => {
    for (const { body, delayS = 0 } of messages) {
      const message = body as { recovery_id: string; kind: string };
      sent.push({ dueAt: nowMs + delayS * 1000, body: message });
    }
  };
  app = { ...stack.app, log: () => undefined, queue: { ...stack.app.queue, publish } };
});

afterAll(async () => {
  await stack.close();
  await render.close();
  await clock.close();
});

/** Deliver the messages that are due by an instant, each in its time. */
async function deliver(until: number): Promise<void> {
  for (;;) {
    const [next] = sent.filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt);
    if (next === undefined) return;
    sent = sent.filter((one) => one !== next);
    await setClock(Math.max(nowMs, next.dueAt));
    const { recovery_id: id, kind } = next.body;
    await (kind === 'verify' ? verify(app, id) : recover(app, id));
  }
}

async function lastActed(): Promise<Map<string, number>> {
  const rows = await app.sql`
    select components.name, max(recoveries.acted_at) as at
    from recoveries
    join components on components.id = recoveries.component_id
    where recoveries.acted_at is not null
    group by components.name`;
  return new Map(rows.map((row) => [String(row['name']), minuteOf(row['at'] as Date)]));
}

async function sendMinute(minute: number): Promise<void> {
  const acted = await lastActed();
  const at = new Date(BASE + minute * MINUTE - 5000);
  const samples = Object.entries(SCRIPTS).flatMap(([component, { script }]) => {
    const values = script(minute, acted.get(component) ?? null);
    const sample: Sample | null = values === null ? null : { at, instance: '', values };
    return sample === null ? [] : [{ component, sample }];
  });
  await storeSamples(app.sql, samples, 1000);
}

const levels = () => app.sql`
  select components.name, component_state.assessment
  from component_state
  join components on components.id = component_state.component_id
  order by components.name`;

async function maintain(): Promise<void> {
  const local = (minute: number) => new Date(BASE + minute * MINUTE).toISOString().slice(0, 16);
  const rule = { type: 'once', starts: local(80), ends: local(101) } as const;
  const covers = { component: null, group: 'serviced', zone: 'UTC', rule, mute: false };
  const told = { id: crypto.randomUUID(), name: 'works', why: 'a test', who: 'ann' };
  await addMaintenanceWindow(app.sql, { ...told, ...covers });
  const effect = { plan: [{ name: 'restart' }], mode: 'observe' };
  const when = { labels: { tier: 'gold' }, metrics: [{ metric: 'cpu_usage', above: 90 }] };
  const body = { name: 'gold', when, ...Object.fromEntries([['then', effect]]), why: 'a test' };
  expect((await stack.call('POST', '/api/admin/rules', body)).status).toBe(201);
}

/** Sweep minute by minute, as it is done in production, and note what every sweep has said. */
async function live(): Promise<object[]> {
  const said: object[] = [];
  for (const [name, { config }] of Object.entries(SCRIPTS)) {
    const platform = { type: 'render', service_id: `srv-${name}` };
    await stack.call('PUT', `/api/components/${name}`, { platform, mode: 'auto', ...config });
  }
  await maintain();
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    const at = BASE + minute * MINUTE;
    await deliver(at);
    await setClock(at);
    await sendMinute(minute);
    if (minute === 70) await deploy();
    await sweep(app, {});
    for (const row of await levels()) {
      const {
        horizons,
        level,
        failure_prediction: prediction,
      } = row['assessment'] as {
        horizons: Record<string, number>;
        level: string | null;
        failure_prediction: { reasons: string[] };
      };
      const [p1, p6, p24] = ['1h', '6h', '24h'].map((key) => Number(horizons[key]?.toFixed(4)));
      said.push({ minute, name: row['name'], p1, p6, p24, level, reasons: prediction.reasons });
    }
    await deliver(at);
  }
  return said;
}

async function deploy(): Promise<void> {
  await recordDeployment(app.sql, {
    id: '0189aaaa-0000-7000-8000-00000000d001',
    component: 'deployed',
    version: 'v2',
    kind: 'deployment',
    phase: 'finished',
    commit: null,
    platformRef: null,
    actor: null,
    oneWay: null,
  });
}

const KINDS: Readonly<Record<string, string>> = {
  planned: 'acted',
  awaiting_approval: 'asked',
  refused: 'held',
  paged: 'paged',
};

/** What the live run has decided, as its timelines tell. */
async function decided() {
  const rows = await app.sql`
    select
      components.name, incident_events.kind, incident_events.at,
      coalesce(incident_events.data -> 'action' ->> 'name', '') as action,
      coalesce((
        select string_agg(verdict ->> 'guard', ' ')
        from jsonb_array_elements(incident_events.data -> 'verdicts') as verdict
        where verdict ->> 'outcome' = 'refuse'
      ), '') as guards
    from incident_events
    join incidents on incidents.id = incident_events.incident_id
    join components on components.id = incidents.component_id
    where incident_events.kind in ('planned', 'awaiting_approval', 'refused', 'paged')
    order by incident_events.at, components.name, incident_events.kind`;
  return rows.map((row) => ({
    minute: minuteOf(row['at'] as Date),
    name: String(row['name']),
    kind: KINDS[String(row['kind'])],
    action: String(row['action']),
    guards: String(row['guards']),
  }));
}

const CHANGES: Readonly<Record<string, string>> = {
  opened: 'open',
  escalated: 'escalate',
  closed: 'close',
};

/** What became of the live run's incidents. */
async function changed() {
  const rows = await app.sql`
    select components.name, incident_events.kind, incident_events.at
    from incident_events
    join incidents on incidents.id = incident_events.incident_id
    join components on components.id = incidents.component_id
    where incident_events.kind in ('opened', 'escalated', 'closed')`;
  return rows.map((row) => ({
    minute: minuteOf(row['at'] as Date),
    name: String(row['name']),
    kind: CHANGES[String(row['kind'])],
  }));
}

const byTime = <T extends { minute: number; name: string; kind?: unknown }>(all: readonly T[]) =>
  all.toSorted(
    (a, b) =>
      a.minute - b.minute ||
      a.name.localeCompare(b.name) ||
      String(a.kind).localeCompare(String(b.kind)),
  );

describe('a backtest of what a live run has stored', () => {
  it('says and decides the same, at the same ticks', async () => {
    const said = await live();
    const events = await decided();
    const incidents = await changed();
    const span = { from: new Date(BASE), to: new Date(BASE + MINUTES * MINUTE) };
    const input = await storedInput(
      app.sql,
      {
        source: { kind: 'stored', ...span },
        limits: null,
        failures: null,
        out: null,
        everyMs: null,
        mode: 'own',
        processes: 1,
      },
      app.baseSettings,
      () => undefined,
    );
    const { accounts, lines } = await backtest(input);
    const replayed = lines.map((text) => {
      const line = JSON.parse(text);
      const [p1, p6, p24] = [line.p_1h, line.p_6h, line.p_24h];
      const { level, reasons, component: name } = line;
      return { minute: minuteOf(line.at), name, p1, p6, p24, level, reasons };
    });
    expect(replayed).toEqual(said);

    const deeds = accounts.flatMap(({ name, deeds }) =>
      deeds.flatMap(({ at, kind, action, pages, guards }) => {
        const what = { action: action?.name ?? '', guards: guards.join(' ') };
        const deed = { minute: minuteOf(at), name, ...what };
        const isRefusal = kind === 'held' && pages;
        return [{ ...deed, kind }, ...(isRefusal ? [{ ...deed, kind: 'paged' }] : [])];
      }),
    );
    expect(byTime(deeds)).toEqual(byTime(events));

    const changes = accounts.flatMap(({ name, changes }) =>
      changes.map(({ at, change }) => ({ minute: minuteOf(at), name, kind: change.kind })),
    );
    expect(byTime(changes)).toEqual(byTime(incidents));

    // The run was worth replaying: it had all of these.
    const has = (name: string, kind: string, action: string) =>
      expect(events).toContainEqual(expect.objectContaining({ name, kind, action }));
    has('burning', 'acted', 'restart');
    has('leaking', 'acted', 'restart');
    has('deployed', 'held', 'rollback');
    has('stuck', 'paged', '');
    has('watched', 'held', 'restart');
    const ruled = { name: 'ruled', kind: 'held', guards: expect.stringContaining('mode') };
    expect(events).toContainEqual(expect.objectContaining(ruled));
    const [applied] = await app.sql`
      select metadata ->> 'component' as component, output_data ->> 'text' as text
      from unified_brain
      where action_type = 'healing_rule_applied'`;
    const text = 'rule gold made the plan, allows mode observe at most: a test';
    expect(applied).toEqual({ component: 'ruled', text });
    const frozen = { name: 'serviced', kind: 'held', guards: expect.stringContaining('freeze') };
    expect(events).toContainEqual(expect.objectContaining(frozen));
    const causes = await readCauses(app.sql, { withinS: 30 * 86_400 });
    expect(causes).toMatchObject([{ group: 'peers', kind: 'memory' }]);
    for (const name of ['peer1', 'peer2']) {
      expect(incidents).not.toContainEqual(expect.objectContaining({ name }));
      expect(events).not.toContainEqual(expect.objectContaining({ name }));
    }
    expect(incidents).toContainEqual(expect.objectContaining({ name: 'peer3', kind: 'open' }));
    const limited = { guards: expect.stringContaining('hourly_limit') };
    expect(events).toContainEqual(expect.objectContaining(limited));
    expect(incidents).toContainEqual(expect.objectContaining({ name: 'leaking', kind: 'close' }));
  }, 600_000);
});
