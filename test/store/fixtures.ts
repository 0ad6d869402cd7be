import { randomUUID } from 'node:crypto';
import { neon } from '@neondatabase/serverless';
import type { Premise, RecoveryState } from '../../lib/domain/decide/recovery.js';
import { type NewIncident, openIncidents } from '../../lib/store/incident-lifecycle.js';
import { findRecovery } from '../../lib/store/recoveries.js';
import {
  claimExecution,
  claimRecoveries,
  type NewRecovery,
} from '../../lib/store/recovery-claims.js';
import {
  endRecovery,
  type Held,
  markUndone,
  recordActed,
} from '../../lib/store/recovery-progress.js';
import { type Sql, wrapSql } from '../../lib/store/sql.js';
import { type TestDatabase, testDatabase } from '../support/database.js';

/** A migrated database of a test file's own, and the tag that the stores take. */
export async function storeDatabase(): Promise<{ sql: Sql; database: TestDatabase }> {
  const database = await testDatabase();
  return { database, sql: wrapSql(neon(database.url), async () => false) };
}

/** Register a component, by default of a name that no other test has. */
export async function addComponent(
  sql: Sql,
  name = `component-${randomUUID()}`,
): Promise<{ id: number; name: string }> {
  const [row] = await sql`insert into components (name) values (${name}::text) returning id`;
  return { id: Number(row?.['id']), name };
}

/** A premise in which nothing is wrong. */
export const PREMISE: Premise = {
  probability: 0,
  level: null,
  score: null,
  reasons: [],
  breaching: [],
  metrics: {},
};

/** An incident of a component, to be opened. */
export function newIncident(componentId: number, changes: Partial<NewIncident> = {}): NewIncident {
  return {
    id: randomUUID(),
    componentId,
    kind: 'failing',
    severity: 'high',
    openedBy: 'samples',
    plan: {
      situation: 'leak',
      cause: 'memory grows',
      steps: [
        { action: { name: 'restart' }, why: 'it leaks', expects: 'less memory', proof: 'memory' },
        { action: { name: 'page' }, why: 'nothing helped', expects: 'a person', proof: 'a yes' },
      ],
    },
    premise: PREMISE,
    predictedFailureAt: null,
    ...changes,
  };
}

/** Open an incident, and answer its id. */
export async function addIncident(
  sql: Sql,
  componentId: number,
  changes: Partial<NewIncident> = {},
): Promise<string> {
  const incident = newIncident(componentId, changes);
  await openIncidents(sql, [incident]);
  return incident.id;
}

/** A recovery of a component, to be claimed. */
export function newRecovery(componentId: number, changes: Partial<NewRecovery> = {}): NewRecovery {
  return {
    id: randomUUID(),
    componentId,
    incidentId: null,
    step: 0,
    action: { name: 'restart' },
    executor: 'render',
    origin: 'automatic',
    state: 'planned',
    why: 'a test',
    requestedBy: null,
    verdicts: [],
    premise: PREMISE,
    approveBy: null,
    undoes: null,
    ...changes,
  };
}

/** The decision version that facts read now would have. */
export async function presentVersion(sql: Sql): Promise<string> {
  const [row] = await sql`select decision_version::text as version from control where id = 1`;
  return String(row?.['version']);
}

/** Claim a recovery on the present facts, and answer its id. */
export async function addRecovery(sql: Sql, recovery: NewRecovery): Promise<string> {
  const claimed = await claimRecoveries(sql, await presentVersion(sql), [recovery]);
  if (claimed?.length !== 1) throw new Error('the recovery of a fixture was not claimed');
  return recovery.id;
}

/** An hour from now. */
export const later = (): Date => new Date(Date.now() + 3_600_000);

/** Bring a recovery into a state by the same steps as in production; answers who holds it then. */
export async function recoveryIn(
  sql: Sql,
  state: RecoveryState,
  changes: Partial<NewRecovery> = {},
): Promise<Held> {
  const componentId = changes.componentId ?? (await addComponent(sql)).id;
  const waits = state === 'awaiting_approval';
  const id = await addRecovery(
    sql,
    newRecovery(componentId, waits ? { state, approveBy: later(), ...changes } : changes),
  );
  await lead(sql, id, state);
  return { id, token: await tokenOf(sql, id) };
}

async function lead(sql: Sql, id: string, state: RecoveryState): Promise<void> {
  if (state === 'planned' || state === 'awaiting_approval') return;
  if (state === 'skipped' || state === 'expired') {
    await endRecovery(sql, { id, token: 1 }, { from: ['planned'], to: state, error: null });
    return;
  }
  await claimExecution(sql, id, 60);
  if (state === 'executing') return;
  await recordActed(sql, { id, token: 2 }, { result: { success: true }, settleS: 0 });
  if (state === 'verifying') return;
  const to = state === 'succeeded' ? 'succeeded' : 'failed';
  await endRecovery(sql, { id, token: 2 }, { from: ['verifying'], to, error: null });
  if (state === 'undone') await markUndone(sql, id);
}

/** The token that a recovery has now. */
export async function tokenOf(sql: Sql, id: string): Promise<number> {
  return (await findRecovery(sql, id))?.token ?? 0;
}

/** The state that a recovery is in now. */
export async function stateOf(sql: Sql, id: string): Promise<RecoveryState | undefined> {
  return (await findRecovery(sql, id))?.state;
}
