import { OWN_STANDBY } from '../../domain/decide/standby.js';
import { refuse } from '../vendor-action.js';
import type { Database } from './answers.js';
import { postgresPath } from './calls.js';
import { readBefore, storedBefore } from './connections.js';
import { lookForEnd, reportEnd, result } from './proof.js';
import {
  type RenderPostgresAction,
  type RenderPostgresStep,
  requireAtRest,
} from './render-postgres-action.js';

/**
 * Let the standby of a highly available database take over. Every connection to the primary ends.
 *
 * It has no inverse: another failover would lead back, but Render does not tell which node leads, so nobody
 * could see whether there is anything to go back from.
 *
 * @see https://api-docs.render.com/reference/failover-postgres
 */
export const failOver: RenderPostgresAction = {
  describe: ({ targetId }) => [`POST ${postgresPath(targetId)}/failover`],
  async prepare(step) {
    requireStandby(step);
    const database = await step.calls.database();
    requireAtRest(step, database);
    requireAvailability(step, database);
    const before = await readBefore(step, database);
    return { before, after: { primary: OWN_STANDBY }, inverse: null };
  },
  async act(step, prepared) {
    storedBefore(step, prepared);
    const statusCode = await step.calls.failOver();
    return { ...result(step, 'Render accepted the failover'), status_code: statusCode };
  },
  look: (step, prepared, called) =>
    lookForEnd(
      step,
      prepared,
      called,
      'the answer was lost; the primary has no connection from before: Render failed it over',
    ),
  report: (step, prepared, since) =>
    reportEnd(step, prepared, since, 'failed over: the primary has no connection from before'),
};

function requireStandby(step: RenderPostgresStep): void {
  const { action } = step.request;
  if (action.name !== 'fail_over') refuse(step, 'it is not to be failed over');
  if (!step.target.high_availability) {
    refuse(step, 'its configuration does not say that it has a standby (high_availability)');
  }
  if (action.to === OWN_STANDBY) return;
  refuse(step, `a database at Render fails over to "${OWN_STANDBY}", not to "${action.to}"`);
}

function requireAvailability(
  step: RenderPostgresStep,
  { role, highAvailabilityEnabled }: Database,
): void {
  if (role !== 'primary') refuse(step, `it is a ${role}, and only a primary fails over`);
  if (!highAvailabilityEnabled) refuse(step, 'high availability is off, so it has no standby');
}
