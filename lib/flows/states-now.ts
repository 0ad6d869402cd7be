import type { App } from '../app.js';
import type { PlatformRef } from '../domain/component.js';
import type { Settings } from '../domain/settings.js';
import type { LedgerState } from '../platforms/platform.js';
import type { ComponentView } from '../store/components.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { databasePlace } from './database-place.js';
import { incidentOpenedAt } from './incident-opened.js';
import { knownStates } from './known-states.js';
import { lookAtSchema } from './look-at-schema.js';

/** For which rollback states are judged. */
export interface StatesWanted {
  readonly recovery: Pick<
    StoredRecovery,
    'componentId' | 'incidentId' | 'action' | 'before' | 'undoes'
  >;
  readonly target: PlatformRef;
  readonly settings: Settings;
  /** Undefined where it was removed. */
  readonly component: ComponentView | undefined;
}

/**
 * What the ledger knows of a component that is about to be rolled back. Before its target is chosen the schema is
 * looked at once more: the deployment that is left may have migrated since the hourly look. A configuration is put
 * back to the version that runs, of which the schema is no question.
 */
export async function statesNow(
  app: App,
  { recovery, target, settings, component }: StatesWanted,
): Promise<LedgerState[]> {
  const { componentId, incidentId } = recovery;
  const isRead =
    component === undefined || !choosesVersion(recovery) || (await lookAtSchema(app, component));
  return knownStates(app, componentId, target, {
    ...settings,
    before: await incidentOpenedAt(app, incidentId),
    place: component === undefined || isConfig(recovery) ? null : databasePlace(component),
    schemaUnread: !isRead,
  });
}

/** Whether it is still open which version it leads to: what was begun goes on, and an undo knows. */
const choosesVersion = ({ action, before, undoes }: StatesWanted['recovery']): boolean =>
  action.name === 'rollback' && !isConfig({ action }) && before === null && undoes === null;

const isConfig = ({ action }: Pick<StoredRecovery, 'action'>): boolean =>
  action.name === 'rollback' && action.rollback_type === 'config';
