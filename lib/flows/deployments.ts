import type { App } from '../app.js';
import { AppError } from '../errors.js';
import { uuid7 } from '../security/uuid7.js';
import { addAudit } from '../store/audit.js';
import { findComponent } from '../store/components.js';
import {
  type Deployment,
  type DeploymentReport,
  listDeployments,
  lockDeployments,
  recordDeployment,
} from '../store/deployments.js';

/** A deployment as the API shows it. */
export function deploymentJson(deployment: Deployment): object {
  return {
    id: deployment.id,
    component: deployment.component,
    version: deployment.version,
    kind: deployment.kind,
    phase: deployment.phase,
    commit: deployment.commit,
    platform_ref: deployment.platformRef,
    actor: deployment.actor,
    one_way: deployment.oneWay,
    started_at: deployment.startedAt,
    ended_at: deployment.endedAt,
  };
}

/**
 * Record what a pipeline reports: a start, or an end. A repeat finds what was recorded.
 *
 * @throws {AppError} `not_found` for an unknown component: pipelines register nothing
 */
export async function reportDeployment(
  app: App,
  report: Omit<DeploymentReport, 'id'>,
  who: string,
): Promise<object> {
  if ((await findComponent(app.sql, report.component)) === null) {
    throw new AppError('not_found', `there is no component ${report.component}`);
  }
  const [, recorded] = await app.sql.transaction([
    lockDeployments(app.sql, report.component),
    recordDeployment(app.sql, { ...report, id: uuid7(Date.now()) }),
    addAudit(app.sql, {
      who,
      what: `${report.kind} ${report.phase}: ${report.component}`,
      why: null,
      detail: { version: report.version },
    }),
  ]);
  const id = recorded?.[0]?.['id'];
  if (typeof id === 'string') return deploymentJson(await findDeployment(app, id));
  // The component was removed at this very moment.
  throw new AppError('in_progress', 'the same deployment is being recorded', { retryAfterS: 1 });
}

/** Read one deployment. @throws {AppError} `not_found` */
export async function findDeployment(app: App, id: string): Promise<Deployment> {
  const [deployment] = await listDeployments(app.sql, { id, limit: 1 });
  if (deployment === undefined) throw new AppError('not_found', `there is no deployment ${id}`);
  return deployment;
}
