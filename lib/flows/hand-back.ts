import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { killSwitch } from '../domain/decide/guards/permission.js';
import { isEnd } from '../domain/decide/recovery-states.js';
import { AppError } from '../errors.js';
import type { AutoDeploy } from '../platforms/auto-deploy.js';
import { addAudit } from '../store/audit.js';
import { writeBrain } from '../store/brain.js';
import { componentsById } from '../store/components.js';
import { readControl } from '../store/control.js';
import { addIncidentEvents } from '../store/incident-events.js';
import {
  findRecovery,
  readRecoveries,
  type StoredRecovery,
  selectRecoveries,
} from '../store/recoveries.js';
import { handedBackRow } from './brain-rows.js';
import { preparedOf } from './sealed-states.js';
import { targetOf } from './target.js';

/** Who wants automatic deploys back, and why. */
interface Asked {
  readonly why: string;
  readonly who: string;
}

/**
 * Hand automatic deploys back that a rollback has switched off, because a person asks for it. The rollback stays:
 * the next push is deployed over it. Safe to repeat.
 *
 * @throws {AppError} `not_found`; `conflict` where there is nothing to hand back, or another recovery of the
 * component is in flight or has rolled back since; `refused` while everything is paused; `upstream_refused` where
 * the platform still shows them off
 */
export async function handBack(app: App, id: string, asked: Asked): Promise<object> {
  const recovery = await findRecovery(app.sql, id);
  if (recovery === null) throw new AppError('not_found', `there is no recovery ${id}`);
  const { executor, component } = recovery;
  const platform = app.platforms[executor];
  if (recovery.action.name !== 'rollback' || platform.handBack === undefined) {
    const what = actionText(recovery.action, component);
    throw new AppError('conflict', `${what}: it has switched nothing off`);
  }
  const locking = await lockingOne(app, recovery);
  const target = await targetNow(app, recovery);
  await requireUnpaused(app);
  const request = { recoveryId: id, component, target, action: recovery.action, byPerson: true };
  const result = await platform.handBack(request, preparedOf(app, locking));
  if (result.auto_deploy !== 'on') {
    throw new AppError('upstream_refused', `${component}: automatic deploys: ${reasonIn(result)}`);
  }
  await tell(app, recovery, asked);
  return { recovery: { id, component }, auto_deploy: 'on' };
}

/** It is a change outside, too, and the kill switch stops them all. */
async function requireUnpaused(app: App): Promise<void> {
  const control = await readControl(app.sql);
  const known = control && { paused: control.paused, why: control.pausedWhy };
  const { outcome, guard, why } = killSwitch({ control: known });
  if (outcome === 'refuse') throw new AppError('refused', why, { details: { guard } });
}

const reasonIn = (result: AutoDeploy): string =>
  'auto_deploy_why' in result ? result.auto_deploy_why : `they are ${result.auto_deploy}`;

/** Whether a rollback has switched automatic deploys off: they were on before it, and no undo has given them back. */
const hasLocked = ({ action, actedAt, before, state }: StoredRecovery): boolean =>
  action.name === 'rollback' &&
  actedAt !== null &&
  state !== 'undone' &&
  before?.['auto_deploy'] === 'yes';

/**
 * The rollback that has switched them off: this one, or one before it, where they were off already when this began.
 * What a later recovery has locked, or is about to, is not that one's to unlock.
 */
async function lockingOne(app: App, recovery: StoredRecovery): Promise<StoredRecovery> {
  const { id, state, componentId, createdAt } = recovery;
  if (!isEnd(state)) throw new AppError('conflict', `it is ${state}: wait for its end`);
  const all = readRecoveries(await selectRecoveries(app.sql, { componentId, limit: 500 }));
  const others = all.filter((other) => other.id !== id && other.createdAt >= createdAt);
  const running = others.find((other) => !isEnd(other.state));
  if (running !== undefined) {
    throw new AppError('conflict', `recovery ${running.id} of the component is ${running.state}`);
  }
  const later = others.find(hasLocked);
  if (later !== undefined) {
    throw new AppError(
      'conflict',
      `recovery ${later.id} has switched them off since: ask for that one`,
    );
  }
  const earlier = all.filter((other) => other.createdAt < createdAt);
  return hasLocked(recovery) ? recovery : (earlier.find(hasLocked) ?? recovery);
}

async function targetNow(app: App, recovery: StoredRecovery) {
  const components = await componentsById(app.sql, [recovery.componentId]);
  const { target, moved } = targetOf(recovery, components.get(recovery.componentId));
  if (!moved) return target;
  throw new AppError('conflict', 'the component was moved elsewhere since');
}

async function tell(app: App, recovery: StoredRecovery, { who, why }: Asked): Promise<void> {
  const { id, incidentId, component } = recovery;
  await app.sql.transaction([
    addAudit(app.sql, { who, what: 'hand back', why, detail: { recovery_id: id, component } }),
    writeBrain(app.sql, [handedBackRow(recovery, who, why)]),
    ...(incidentId === null
      ? []
      : [
          addIncidentEvents(app.sql, [
            {
              incidentId,
              kind: 'handed_back',
              who,
              text: `automatic deploys of ${component} are on again: ${why}`,
              data: { recovery_id: id },
              eventKey: `handed-back:${id}`,
            },
          ]),
        ]),
  ]);
}
