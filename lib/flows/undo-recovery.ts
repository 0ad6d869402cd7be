import type { App } from '../app.js';
import type { Verdict } from '../domain/decide/verdict.js';
import { uuid7 } from '../security/uuid7.js';
import { addAudit } from '../store/audit.js';
import { componentsById } from '../store/components.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { claimAndTell, type NewRecovery } from '../store/recovery-claims.js';
import type { Statement } from '../store/sql.js';
import { askGuards } from './ask-guards.js';
import { publishRecoveries } from './outbox.js';
import { pageStatements } from './page-statements.js';
import { targetOf } from './target.js';

/** What came of asking to undo a recovery. */
export type Undone =
  | { readonly kind: 'planned'; readonly id: string }
  | { readonly kind: 'no_inverse' }
  /** What it would put back is not where the component runs any more. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly verdicts: readonly Verdict[] }
  | { readonly kind: 'contended' };

/** How often the claim is tried against others. */
const TRIES = 5;

/**
 * What asks a person about a recovery that made things worse, once: for the transaction that ends it.
 */
export function pageWorse(app: App, recovery: StoredRecovery, why: string): Statement[] {
  return pageStatements(app, recovery, { why, eventKey: `worse:${recovery.id}` });
}

/** Why a recovery is to be undone, and who asks for it; null where Forestall does. */
interface Asked {
  readonly why: string;
  readonly who: string | null;
}

/**
 * Claim the inverse of a recovery as a recovery of its own, once; where a person asks, that is written down with it.
 *
 * Undoing passes cool-downs and limits, so that a wrong action is never kept by them; the kill switch and
 * a missing executor still stop it.
 */
export async function planUndo(app: App, recovery: StoredRecovery, asked: Asked): Promise<Undone> {
  const { inverse } = recovery;
  if (inverse === null) return { kind: 'no_inverse' };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const undone = await tryUndo(app, { ...recovery, inverse }, asked);
    if (undone !== null) return undone;
  }
  return { kind: 'contended' };
}

type Undoable = StoredRecovery & { readonly inverse: NonNullable<StoredRecovery['inverse']> };

async function tryUndo(app: App, recovery: Undoable, asked: Asked): Promise<Undone | null> {
  const { inverse, componentId } = recovery;
  const component = (await componentsById(app.sql, [componentId])).get(componentId);
  if (component === undefined) return { kind: 'contended' };
  if (targetOf(recovery, component).moved) return { kind: 'moved' };
  const { version, executor, verdicts, ...asking } = await askGuards(app, {
    component,
    action: inverse,
    origin: 'undo',
    overrides: [],
    itself: recovery.id,
    premise: null,
  });
  if (asking.ruling === 'refuse' || typeof executor !== 'string') {
    return { kind: 'refused', verdicts };
  }
  const wanted = inverseOf(recovery, { ...asked, executor, verdicts });
  if (!(await claimAndTell(app.sql, version, [wanted], audit(app, wanted, asked)))) return null;
  await publishRecoveries(app, [{ id: wanted.id, token: 1, kind: 'recover', delayS: 0 }]);
  return { kind: 'planned', id: wanted.id };
}

function audit(app: App, { id, undoes }: NewRecovery, { who, why }: Asked): Statement[] {
  if (who === null) return [];
  const detail = { recovery_id: undoes, by: id };
  return [addAudit(app.sql, { who, what: 'undo', why, detail })];
}

function inverseOf(
  { id, inverse, componentId, incidentId, step, action, premise }: Undoable,
  asked: Asked & {
    readonly executor: NewRecovery['executor'];
    readonly verdicts: readonly Verdict[];
  },
): NewRecovery {
  return {
    id: uuid7(Date.now()),
    componentId,
    incidentId,
    step,
    action: inverse,
    executor: asked.executor,
    origin: 'undo',
    state: 'planned',
    why: `undo ${action.name}: ${asked.why}`,
    requestedBy: asked.who,
    verdicts: asked.verdicts,
    premise,
    approveBy: null,
    undoes: id,
  };
}
