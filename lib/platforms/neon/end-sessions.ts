import * as z from 'zod';
import type { SessionsFound, StuckSessions } from '../../domain/sessions.js';
import type { Acted, Reported } from '../platform.js';
import { refuse } from '../vendor-action.js';
import { sleepOf } from './asleep.js';
import type { NeonAction, NeonStep } from './neon-action.js';

/** What `act` answered: the sessions that were told to end. */
const Ended = z.object({ sessions: z.array(z.string()) });

/** What people call the reasons. */
const WORDS: Readonly<Record<keyof StuckSessions, string>> = {
  in_transaction: 'idle in a transaction',
  lock_wait: 'waiting for a lock',
  active: 'running too long',
  idle: 'idle while connections ran out',
};

/**
 * Give a database's connections back: end the sessions that are stuck, whichever instance opened them.
 *
 * Sessions are judged in the moment in which they are ended, so that a repetition ends only what is stuck by
 * then; after a lost answer it is simply done again.
 */
export const endSessions: NeonAction = {
  describe: ({ target }) => [
    `SQL pg_terminate_backend, by ${target.connection}, of each session that is stuck${
      target.database === null ? '' : ` in ${target.database}`
    }${target.role === null ? '' : ` of role ${target.role}`}`,
  ],
  async prepare(step) {
    const sessions = step.sessions();
    if (await isLeftAsleep(step)) return { before: null, after: null, inverse: null };
    const { ended: _, ...found } = await sessions.look(step.target);
    return { before: { ...found }, after: null, inverse: null };
  },
  async act(step) {
    const found = await step.sessions().end(step.target);
    if (found.ended.length === 0 && found.not_permitted > 0)
      refuse(step, notPermitted(step, found));
    return result(step, found);
  },
  look: async () => ({ kind: 'not_done' }),
  report: async (step, _prepared, _since, acted) => report(step, acted),
};

/** Whether the hourly look must not connect, as that would wake the compute; where nobody knows, it connects. */
const isLeftAsleep = async ({ request, calls }: NeonStep): Promise<boolean> =>
  request.onlyLook === true && (await sleepOf(calls)) === 'asleep';

/** Ended is what is gone; a session that rolls much back may take its time. */
async function report(step: NeonStep, acted: Acted): Promise<Reported> {
  const sessions = Ended.safeParse(acted).data?.sessions ?? [];
  const left = sessions.length === 0 ? 0 : await step.sessions().left(sessions);
  return left > 0 ? { kind: 'pending' } : { kind: 'done', result: {} };
}

function notPermitted({ target }: NeonStep, { not_permitted: count }: SessionsFound): string {
  return `${count} stuck sessions belong to roles that the role in ${target.connection} may not end: grant it pg_signal_backend`;
}

function result({ request, targetId }: NeonStep, found: SessionsFound) {
  const { ended, stuck, ...counts } = found;
  return {
    success: true,
    attempts: 1,
    message: told(stuck, ended.length),
    service_id: targetId,
    component: request.component,
    sessions_ended: ended.length,
    stuck,
    ...counts,
    sessions: ended,
  };
}

function told(stuck: StuckSessions, ended: number): string {
  if (ended === 0) return 'connected; no session is stuck';
  const kinds = Object.keys(WORDS) as (keyof StuckSessions)[]; // the record's own keys
  const parts = kinds
    .filter((kind) => stuck[kind] > 0)
    .map((kind) => `${stuck[kind]} ${WORDS[kind]}`);
  return `ended ${ended} sessions: ${parts.join(', ')}`;
}
