import { expect } from 'vitest';
import type { App } from '../../lib/app.js';
import type { Recovery } from '../../lib/domain/decide/recovery.js';
import { execute } from '../../lib/flows/execute.js';
import { finishRecovery } from '../../lib/flows/finish-recovery.js';
import { keepLedger } from '../../lib/flows/keep-ledger.js';
import { reportEnd } from '../../lib/flows/report-end.js';
import type { Platform } from '../../lib/platforms/platform.js';
import type { StoredRecovery } from '../../lib/store/recoveries.js';
import { addRecovery, reread } from './flow-parts.js';

/** Whatever any table holds. */
export async function everything({ sql }: App): Promise<string> {
  const tables = await sql`
    select query_to_xml(format('select row.* from %I.%I as row', schemaname, tablename), true, false, '')::text as text
    from pg_tables
    where schemaname = 'public'`;
  return JSON.stringify(tables);
}

/** Assess a component as healthy. */
export async function assessHealthy({ sql }: App, componentId: number): Promise<void> {
  await sql`
    insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
    values (${componentId}::int, '{}', '{"state": "healthy"}', '{}', '{}', now())`;
}

/** One look at what is live; the one before it was 40 minutes ago. */
export async function lookAtLive(app: App): Promise<void> {
  await keepLedger(app, app.baseSettings);
  await app.sql`update known_state_looks set looked_at = now() - interval '40 minutes'`;
  await app.sql`update known_states set last_seen = now() - interval '40 minutes'`;
}

/** Let what may yet come of a call have come, and its claim be over. */
export async function let20sPass({ sql }: App, id: string): Promise<void> {
  await sql`
    update recoveries
    set
      claimed_until = now(), called_at = called_at - interval '30 seconds',
      started_at = started_at - interval '30 seconds'
    where id = ${id}::uuid`;
}

/** End a recovery as its verification does; its executor must say that it is done. */
export async function finish(app: App, id: string): Promise<void> {
  const recovery = await reread(app, id);
  const reported = await reportEnd(app, recovery);
  expect(reported).toMatchObject({ kind: 'done' });
  await finishRecovery(app, recovery, recovery, {
    from: ['verifying'],
    to: 'succeeded',
    why: 'it went well',
    result: reported.kind === 'done' ? reported.result : null,
    proof: null,
  });
}

/**
 * Take a finished recovery back, to its end.
 *
 * @param before - what befalls the undo before it is carried out
 */
export async function undo(
  app: App,
  id: string,
  before: (undo: StoredRecovery) => Promise<void> = async () => undefined,
): Promise<void> {
  const { inverse, componentId, executor } = await reread(app, id);
  if (inverse === null) throw new Error('it has an inverse');
  const given = { action: inverse, origin: 'undo', executor } as const;
  const back = await addRecovery(app, componentId, given);
  await app.sql`update recoveries set undoes = ${id}::uuid where id = ${back.id}::uuid`;
  await before(back);
  expect(await execute(app, back.id)).toEqual({ kind: 'acted' });
  await finish(app, back.id);
  expect(await reread(app, id)).toMatchObject({ state: 'undone' });
}

/**
 * Carry a recovery out by an executor that dies in its call, and let 20 s pass.
 *
 * @param act - what it does before it dies, by the real call
 */
export async function dieIn(
  app: App,
  { id, executor }: { readonly id: string; readonly executor: Recovery['executor'] },
  act: (call: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const platform = app.platforms[executor];
  let reached = () => {};
  const here = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const dying: Platform['act'] = async (request, prepared) => {
    await act(() => platform.act(request, prepared).catch(() => undefined));
    reached();
    return new Promise<never>(() => undefined);
  };
  const platforms = { ...app.platforms, [executor]: { ...platform, act: dying } };
  void execute({ ...app, platforms }, id);
  await here;
  await let20sPass(app, id);
}
