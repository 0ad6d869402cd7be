import * as z from 'zod';
import { AppError } from '../../errors.js';
import type { Acted, Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Operation } from './answers.js';
import { paths } from './calls.js';
import type { NeonAction, NeonStep } from './neon-action.js';

/** What was known of the endpoint's operations before the call: by Neon's clock alone. */
const Before = z.object({
  operations: z.array(z.string()),
  /** When the newest of them was made; null where there was none. */
  newest_at: z.iso.datetime().nullable(),
});

/** What `act` answered: the operations that carry it out, where the answer was not lost. */
const Answered = z.object({ operations: z.array(z.string()).min(1) });

/** A restart is a suspension with a start behind it. */
const SIGNS: ReadonlySet<string> = new Set(['suspend_compute', 'start_compute']);

const ENDED: ReadonlySet<string> = new Set(['finished', 'skipped']);

/** Ends that are none of what was meant. `failed` is not among them: Neon tries such an operation again. */
const BROKEN: ReadonlySet<string> = new Set(['error', 'cancelled']);

/** How soon a compute that is on its way is looked at again, seconds: it starts within a few. */
const MOVING_S = 5;

/**
 * Restart a compute endpoint: every connection to it ends, and the next ones find a fresh Postgres.
 *
 * One that is suspended has no connection and begins afresh by itself, so there is nothing to restart.
 *
 * @see https://neon.com/docs/reference/api/endpoints/restart-project-endpoint
 * @see https://neon.com/docs/reference/api/operations for how operations end
 */
export const restart: NeonAction = {
  describe: ({ target, baseUrl }) => [
    `POST ${baseUrl}${paths.endpoint(target.project_id, target.endpoint_id)}/restart`,
  ],
  async prepare(step) {
    await requireActive(step);
    const known = await step.calls.operations();
    return {
      before: {
        state: 'active',
        operations: known.map(({ id }) => id),
        newest_at: known[0]?.created_at.toISOString() ?? null,
      },
      after: null,
      inverse: null,
    };
  },
  async act(step, prepared) {
    stored(step, prepared);
    const { status, operations } = await step.calls.restart();
    return { ...result(step, 'Neon accepted the restart'), status_code: status, operations };
  },
  look,
  report,
};

async function requireActive(step: NeonStep): Promise<void> {
  const { current_state: state, pending_state: next, disabled } = await step.calls.endpoint();
  if (disabled) refuse(step, 'the compute is disabled: enable it first');
  const moves = typeof next === 'string' && next !== state;
  if (moves || state === 'init') {
    throw new AppError(
      'upstream_unavailable',
      `${step.targetId}: the compute is on its way (${state}${moves ? ` to ${next}` : ''})`,
      { retryAfterS: MOVING_S },
    );
  }
  if (state === 'idle') {
    // It is what a compute that scales to zero mostly is, and no lack of a way to heal it.
    if (step.request.onlyLook === true) return;
    refuse(
      step,
      'the compute is suspended: it has no connections and starts afresh with the next one, so there is nothing to restart',
    );
  }
  if (state !== 'active') refuse(step, `the compute is ${state}, and only an active one restarts`);
}

/** Whoever suspended and started it since, ours or another's: its connections have begun afresh. */
async function look(step: NeonStep, prepared: Prepared, called: Called): Promise<Looked> {
  const fresh = await freshOperations(step, prepared);
  if (fresh.length === 0) return nothingSeen(step, called, 'new operation');
  const message = 'the answer was lost; new operations show that Neon restarts it';
  return { kind: 'done', result: { ...result(step, message), status_code: null } };
}

async function report(
  step: NeonStep,
  prepared: Prepared,
  _since: Date,
  acted: Acted,
): Promise<Reported> {
  const operations = await ownOperations(step, prepared, acted);
  const broken = operations.find(({ status }) => BROKEN.has(status));
  const told = { operations: operations.map(({ id }) => id) };
  if (broken !== undefined) {
    const why = `operation ${broken.id} (${broken.action}) ended as ${broken.status}`;
    return { kind: 'failed', why, result: { ...result(step, why), ...told, success: false } };
  }
  const isOver = operations.every(({ status }) => ENDED.has(status));
  if (operations.length === 0 || !isOver) return { kind: 'pending' };
  const endedAt = new Date(Math.max(...operations.map(({ updated_at }) => +updated_at)));
  return { kind: 'done', result: { ...result(step, 'restarted'), ...told }, endedAt };
}

/** The operations that Neon answered with; where that was lost, those that are newer than what was known. */
async function ownOperations(
  step: NeonStep,
  prepared: Prepared,
  acted: Acted,
): Promise<readonly Operation[]> {
  const answered = Answered.safeParse(acted).data;
  if (answered === undefined) return freshOperations(step, prepared);
  const ids = [...new Set(answered.operations)];
  return Promise.all(ids.map((id) => step.calls.operation(id)));
}

/** The endpoint's suspensions and starts that were not there before the call. */
async function freshOperations(step: NeonStep, prepared: Prepared): Promise<Operation[]> {
  const { operations, newest_at: newest } = stored(step, prepared);
  const from = newest === null ? 0 : Date.parse(newest);
  return (await step.calls.operations()).filter(
    ({ id, action, created_at }) =>
      SIGNS.has(action) && !operations.includes(id) && created_at.getTime() >= from,
  );
}

/** What was stored before the call. Without it nobody knows what is new, and nothing is done. */
function stored(step: NeonStep, { before }: Prepared): z.infer<typeof Before> {
  const parsed = Before.safeParse(before);
  return parsed.success
    ? parsed.data
    : refuse(step, 'the recovery does not say what was known before: plan it anew');
}

function result({ request, targetId }: NeonStep, message: string) {
  return { success: true, service_id: targetId, component: request.component, message };
}
