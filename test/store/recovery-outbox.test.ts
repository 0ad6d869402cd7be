import { afterEach, describe, expect, it } from 'vitest';
import type { RecoveryState } from '../../lib/domain/decide/recovery.js';
import { claimExecution } from '../../lib/store/recovery-claims.js';
import { dueRecoveries, leftUndone, markPublished } from '../../lib/store/recovery-outbox.js';
import type { Held } from '../../lib/store/recovery-progress.js';
import { addComponent, recoveryIn, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

afterEach(async () => {
  await sql`delete from recoveries`;
});

/** Seconds after which a message counts as lost. */
const LOST_S = 300;

/** Set instants of a recovery so many seconds from now; null clears. */
async function put(
  id: string,
  {
    publishedS = null,
    claimedS = null,
    verifyS = null,
    approveS = null,
  }: Readonly<Partial<Record<'publishedS' | 'claimedS' | 'verifyS' | 'approveS', number | null>>>,
): Promise<void> {
  await sql`
    update recoveries
    set
      published_at = now() + make_interval(secs => ${publishedS}::float8),
      claimed_until = now() + make_interval(secs => ${claimedS}::float8),
      verify_at = now() + make_interval(secs => ${verifyS}::float8),
      approve_by = coalesce(now() + make_interval(secs => ${approveS}::float8), approve_by)
    where id = ${id}::uuid`;
}

interface Case {
  readonly state: RecoveryState;
  readonly at: Parameters<typeof put>[1];
  readonly due: boolean;
}

describe('dueRecoveries', () => {
  it.each<Case>([
    { state: 'planned', at: {}, due: true },
    { state: 'planned', at: { publishedS: -10 }, due: false },
    { state: 'planned', at: { publishedS: -310 }, due: true },
    { state: 'executing', at: { claimedS: 30 }, due: false },
    { state: 'executing', at: { claimedS: -1 }, due: true },
    { state: 'executing', at: { claimedS: -1, publishedS: -10 }, due: false },
    { state: 'executing', at: { claimedS: -1, publishedS: -310 }, due: true },
    { state: 'executing', at: { claimedS: 30, publishedS: -310 }, due: false },
    { state: 'verifying', at: { verifyS: 60 }, due: true },
    { state: 'verifying', at: { verifyS: 60, publishedS: -310 }, due: false },
    { state: 'verifying', at: { verifyS: -310, publishedS: -10 }, due: false },
    { state: 'verifying', at: { verifyS: -310, publishedS: -310 }, due: true },
    { state: 'awaiting_approval', at: { approveS: 60 }, due: false },
    { state: 'awaiting_approval', at: { approveS: -1 }, due: true },
    { state: 'awaiting_approval', at: { approveS: -1, publishedS: -10 }, due: true },
    { state: 'succeeded', at: { verifyS: -310 }, due: false },
    { state: 'failed', at: { verifyS: -310 }, due: false },
    { state: 'undone', at: { verifyS: -310 }, due: false },
    { state: 'skipped', at: {}, due: false },
    { state: 'expired', at: {}, due: false },
  ])('of one that is $state with $at answers $due', async ({ state, at, due }) => {
    const { id, token } = await recoveryIn(sql, state);
    await put(id, at);
    const found = await dueRecoveries(sql, LOST_S);
    expect(found.map((one) => ({ id: one.id, token: one.token, state: one.state }))).toEqual(
      due ? [{ id, token, state }] : [],
    );
  });

  it.each([
    { verifyS: 3600, least: 1800, most: 3600 },
    { verifyS: -3600, least: 0, most: 0 },
  ])('tells how long a verification in $verifyS s still has to wait', async (row) => {
    const { id } = await recoveryIn(sql, 'verifying');
    await put(id, { verifyS: row.verifyS });
    const [due] = await dueRecoveries(sql, LOST_S);
    expect(due?.delayS).toBeGreaterThanOrEqual(row.least);
    expect(due?.delayS).toBeLessThanOrEqual(row.most);
  });

  it('answers the oldest first', async () => {
    const first = await recoveryIn(sql, 'planned');
    const second = await recoveryIn(sql, 'verifying');
    await put(second.id, { verifyS: 5 });
    const third = await recoveryIn(sql, 'planned');
    const found = await dueRecoveries(sql, LOST_S);
    expect(found.map(({ id }) => id)).toEqual([first.id, second.id, third.id]);
  });
});

describe('markPublished', () => {
  it('takes what the queue has out of the outbox, until it counts as lost', async () => {
    const one = await recoveryIn(sql, 'planned');
    const other = await recoveryIn(sql, 'planned');
    await markPublished(sql, [one, other]);
    expect(await dueRecoveries(sql, LOST_S)).toEqual([]);
    expect(await dueRecoveries(sql, 0)).toHaveLength(2);
  });

  it('leaves one that went on meanwhile: the message was of an earlier state', async () => {
    const held = await recoveryIn(sql, 'planned');
    await claimExecution(sql, held.id, 0);
    await markPublished(sql, [held]);
    expect(await dueRecoveries(sql, LOST_S)).toMatchObject([{ id: held.id, state: 'executing' }]);
  });

  it.each(['awaiting_approval', 'succeeded', 'skipped'] as const)(
    'leaves one that is %s',
    async (state) => {
      const held = await recoveryIn(sql, state);
      await markPublished(sql, [held]);
      const [row] = await sql`select published_at from recoveries where id = ${held.id}::uuid`;
      expect(row).toEqual({ published_at: null });
    },
  );

  it('does nothing when it is given nothing', async () => {
    await recoveryIn(sql, 'planned');
    await markPublished(sql, []);
    expect(await dueRecoveries(sql, LOST_S)).toHaveLength(1);
  });
});

describe('leftUndone', () => {
  const inverse = { name: 'rollback', rollback_type: 'deployment' } as const;

  /** A recovery that ended as failed, with a verdict and, where it has one, its inverse. */
  async function failed(
    verdict: string,
    canBeUndone = true,
  ): Promise<Held & { componentId: number }> {
    const { id: componentId } = await addComponent(sql);
    const held = await recoveryIn(sql, 'failed', { componentId });
    await sql`
      update recoveries
      set
        proof = ${JSON.stringify({ verdict })}::jsonb,
        inverse = ${canBeUndone ? JSON.stringify(inverse) : null}::jsonb
      where id = ${held.id}::uuid`;
    return { ...held, componentId };
  }

  it('answers what made matters worse and has an inverse, the oldest first', async () => {
    const [first, second] = [await failed('worse'), await failed('worse')];
    await failed('unchanged');
    await failed('worse', false);
    expect(await leftUndone(sql, 600)).toEqual([first.id, second.id]);
  });

  it('leaves what is being undone, or was', async () => {
    const { id, componentId } = await failed('worse');
    await recoveryIn(sql, 'planned', { componentId, origin: 'undo', undoes: id });
    expect(await leftUndone(sql, 600)).toEqual([]);
  });

  it('leaves what ended so long ago that a person may have mended it', async () => {
    const { id } = await failed('worse');
    await sql`
      update recoveries set ended_at = now() - interval '601 seconds' where id = ${id}::uuid`;
    expect(await leftUndone(sql, 600)).toEqual([]);
    expect(await leftUndone(sql, 3600)).toHaveLength(1);
  });
});
