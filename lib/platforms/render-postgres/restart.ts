import { postgresPath } from './calls.js';
import { readBefore, storedBefore } from './connections.js';
import { lookForEnd, reportEnd, result } from './proof.js';
import { type RenderPostgresAction, requireAtRest } from './render-postgres-action.js';

/**
 * Restart a database: every connection to it ends, and the next ones find a fresh Postgres.
 *
 * @see https://api-docs.render.com/reference/restart-postgres
 */
export const restart: RenderPostgresAction = {
  describe: ({ targetId }) => [`POST ${postgresPath(targetId)}/restart`],
  async prepare(step) {
    const database = await step.calls.database();
    requireAtRest(step, database);
    return { before: await readBefore(step, database), after: null, inverse: null };
  },
  async act(step, prepared) {
    storedBefore(step, prepared);
    const statusCode = await step.calls.restart();
    return { ...result(step, 'Render accepted the restart'), status_code: statusCode };
  },
  look: (step, prepared, called) =>
    lookForEnd(
      step,
      prepared,
      called,
      'the answer was lost; no connection is from before: Render restarted it',
    ),
  report: (step, prepared, since) =>
    reportEnd(step, prepared, since, 'restarted: no connection is from before'),
};
