import { expect } from 'vitest';
import type { Door, Passing, Standing } from './door.js';
import type { KillableStack } from './killable.js';
import { healthy } from './life.js';
import { until } from './stack.js';

/** A component of its own, and the request of its recovery, or of that one's undo, at which the functions are killed. */
export interface KilledCase {
  readonly component: string;
  /** What a person asks for. */
  readonly order: { readonly action: string; readonly params: object };
  readonly when: 'before' | 'after';
  readonly isMeant: (passing: Passing) => boolean;
  readonly undo: boolean;
}

/** An installation whose functions are killed, and the way of its platform's adapter. */
interface Killed {
  readonly stack: KillableStack;
  readonly api: Door;
}

/** Settings under which one may be killed and go on within a test. */
export const KILLED_SETTINGS = {
  recoveryShare: 1,
  freshIntervals: 100,
  verifyPatienceS: 120,
  ledgerEveryS: 1,
  provenMinutes: 0,
  rollbackCooldownS: 0,
  actionsPerHour: 1000,
  // Longer than a platform takes to show a change: an attempt after the claim need not wait for that.
  claimS: 22,
};

/** Register the component of every case. */
export async function register<Case extends KilledCase>(
  { call }: Pick<KillableStack, 'call'>,
  cases: readonly Case[],
  configOf: (one: Case) => object,
): Promise<void> {
  for (const one of cases) {
    const { status } = await call('PUT', `/api/components/${one.component}`, configOf(one));
    expect(status).toBeLessThan(300);
  }
}

const IN_FLIGHT = ['planned', 'executing', 'verifying'];

/** One sample of every component, and a sweep. */
async function live({ stack }: Killed, cases: readonly KilledCase[]): Promise<void> {
  const at = new Date().toISOString();
  const samples = cases.map(({ component }) => ({ component, at, ...healthy }));
  await stack.call('POST', '/api/ingest', samples);
  await stack.call('POST', '/api/sweep', {});
}

/** Sweep until the ledger knows as many states of every component. */
async function known(killed: Killed, cases: readonly KilledCase[], wanted: number): Promise<void> {
  await until(
    `${wanted} known states of every component`,
    async () => {
      await live(killed, cases);
      return killed.stack.sql`select component_id, count(*)::int as n from known_states group by 1`;
    },
    (rows) => rows.length === cases.length && rows.every(({ n }) => n >= wanted),
    60_000,
  );
}

async function accepted({ stack }: Killed, path: string, body: object): Promise<string> {
  const { status, body: told } = await stack.call('POST', path, {
    ...body,
    reason: 'a fault test',
  });
  // What it says where it is refused is what a failed test is about.
  expect({ status, detail: told.detail }).toEqual({ status: 202, detail: undefined });
  return told.recovery.id;
}

async function ended(killed: Killed, cases: readonly KilledCase[], ids: readonly string[]) {
  await until(
    'the end of every recovery',
    async () => {
      await live(killed, cases);
      return killed.stack.sql`
        select components.name, recoveries.action, recoveries.state, recoveries.error
        from recoveries
        join components on components.id = recoveries.component_id
        where recoveries.id = any (${ids}::uuid[])
        and recoveries.state = any (${IN_FLIGHT}::text[])`;
    },
    (left) => left.length === 0,
    120_000,
  );
}

/** Wait until every request stands still; what is verified needs samples meanwhile. */
async function reached(
  killed: Killed,
  cases: readonly KilledCase[],
  standing: readonly Standing[],
) {
  const missing = new Set(cases);
  cases.forEach((one, i) => {
    standing[i]?.reached.then(
      () => missing.delete(one),
      () => undefined,
    );
  });
  await until(
    'every request to stand still',
    async () => {
      await live(killed, cases);
      return [...missing];
    },
    (left) => left.length === 0,
    60_000,
  );
}

/**
 * Let a person ask for every case, or for its undo once what it undoes has ended well; kill the functions when a
 * request of each stands still, start them again, and wait for all ends.
 *
 * @returns the recovery that was killed, by component
 */
async function killAll(
  killed: Killed,
  cases: readonly KilledCase[],
): Promise<ReadonlyMap<string, string>> {
  const { stack, api } = killed;
  const asked = new Map<string, string>();
  const ask = async ({ component, order }: KilledCase) =>
    asked.set(component, await accepted(killed, '/api/recover', { component, ...order }));
  const undos = cases.filter(({ undo }) => undo);
  for (const one of undos) await ask(one);
  await ended(killed, cases, [...asked.values()]);
  const standing = cases.map(({ when, isMeant }) => api.hold(when, isMeant));
  for (const { component } of undos) {
    const path = `/api/recoveries/${asked.get(component)}/undo`;
    asked.set(component, await accepted(killed, path, {}));
  }
  for (const one of cases.filter(({ undo }) => !undo)) await ask(one);
  await reached(killed, cases, standing);
  await stack.kill();
  await stack.restart();
  await ended(killed, cases, [...asked.values()]);
  return asked;
}

/**
 * Let the ledger know what runs well, let somebody deploy what is worse, and {@link killAll}.
 *
 * @returns the recovery that was killed, by component
 */
export async function killAmongWorse(
  killed: Killed,
  cases: readonly KilledCase[],
  deployWorse: () => Promise<void> | void,
): Promise<ReadonlyMap<string, string>> {
  await known(killed, cases, 1);
  await deployWorse();
  await known(killed, cases, 2);
  return killAll(killed, cases);
}

/** How a recovery has ended, and every account of it. */
export async function accountOf({ sql }: KillableStack, id: string | undefined) {
  const [row] = await sql`
    select
      state, error,
      (
        select json_agg(json_build_object('type', action_type, 'success', success))
        from unified_brain
        where metadata ->> 'recovery_id' = ${id}::text
      ) as told,
      (
        select json_agg(success) from ai_rollback_history where recovery_id = ${id}::uuid
      ) as rollbacks
    from recoveries
    where id = ${id}::uuid`;
  return row;
}
