import type { App } from '../app.js';
import type { Action } from '../domain/decide/action.js';
import { premiseOf } from '../domain/decide/premise.js';
import type { GuardName, Verdict } from '../domain/decide/verdict.js';
import type { NamingPlatform } from '../domain/named-by.js';
import { placeOf } from '../domain/place.js';
import { AppError } from '../errors.js';
import { uuid7 } from '../security/uuid7.js';
import { addAudit } from '../store/audit.js';
import { type ComponentView, findByPlatform, findComponent } from '../store/components.js';
import { claimAndTell, type NewRecovery } from '../store/recovery-claims.js';
import { askGuards } from './ask-guards.js';
import { executorFor } from './executor.js';
import { lookNow } from './look-now.js';
import { publishRecoveries } from './outbox.js';

/** What a person, or a pipeline, asks for. */
export interface RecoveryRequest {
  readonly component?: string | undefined;
  /** In place of a component: where it runs, and as what. */
  readonly platform?: NamingPlatform | undefined;
  readonly serviceId?: string | undefined;
  readonly action: Action;
  readonly reason: string;
  readonly dryRun: boolean;
  readonly overrides: readonly GuardName[];
  readonly who: string;
}

/** What came of it. */
export type Requested =
  | { readonly kind: 'planned'; readonly recovery: NewRecovery; readonly component: string }
  | {
      readonly kind: 'dry_run';
      readonly component: string;
      readonly wouldDo: boolean;
      readonly calls: readonly string[];
      readonly verdicts: readonly Verdict[];
    };

/** How often the claim is tried against others. */
const TRIES = 5;

/**
 * Ask for a recovery by hand.
 *
 * Mode, evidence and age are the person's to judge; all other guards count. A refusal names the guard
 * and when it will pass. A dry run answers what would be called, with every verdict, and changes nothing.
 *
 * @throws {AppError} `not_found` for an unknown component, `refused` by a guard, `conflict` when several run where it
 * says, or others are always faster
 */
export async function requestRecovery(app: App, request: RecoveryRequest): Promise<Requested> {
  const component = await target(app, request);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const requested = await tryRequest(app, component, request);
    if (requested !== null) return requested;
  }
  throw new AppError('conflict', 'other decisions are being made; try again', { retryAfterS: 1 });
}

async function target(app: App, request: RecoveryRequest): Promise<ComponentView> {
  const name = request.component ?? (await nameAt(app, request));
  const found = name === null ? null : await findComponent(app.sql, name);
  if (found !== null) return found;
  const { platform, serviceId } = request;
  const what =
    request.component ?? `component that runs as ${serviceId ?? '?'} on ${platform ?? '?'}`;
  throw new AppError(
    'not_found',
    `there is no ${what}; register it with PUT /api/components/{name}`,
  );
}

/** @throws {AppError} `conflict` where several run there: which is meant, a person must say */
async function nameAt(app: App, { platform, serviceId }: RecoveryRequest): Promise<string | null> {
  if (platform === undefined || serviceId === undefined) return null;
  const names = await findByPlatform(app.sql, platform, serviceId);
  if (names.length < 2) return names[0] ?? null;
  throw new AppError(
    'conflict',
    `several components run as ${serviceId} on ${platform}: name one of ${names.join(', ')} as component`,
    { details: { components: names } },
  );
}

async function tryRequest(
  app: App,
  component: ComponentView,
  request: RecoveryRequest,
): Promise<Requested | null> {
  const { action, overrides } = request;
  const asked = await askGuards(app, {
    component,
    action,
    origin: 'person',
    overrides,
    itself: null,
    premise: null,
  });
  const { executor, verdicts, version, settings } = asked;
  const refused = asked.ruling === 'refuse' || typeof executor !== 'string';
  if (request.dryRun) return dryRun(app, component, { action, verdicts, refused });
  if (refused) throw refusal(verdicts);
  const look = await lookNow(app, component.id, settings);
  if (look === null) throw new AppError('not_found', `there is no component ${component.name}`);
  const recovery = wanted(component.id, request, {
    executor,
    verdicts,
    premise: premiseOf(look.assessment),
  });
  const claimed = await claimAndTell(
    app.sql,
    version,
    [recovery],
    [
      addAudit(app.sql, {
        who: request.who,
        what: `recover ${component.name}`,
        why: request.reason,
        detail: { recovery_id: recovery.id, action, overrides },
      }),
    ],
  );
  if (!claimed) return null;
  await publishRecoveries(app, [{ id: recovery.id, token: 1, kind: 'recover', delayS: 0 }]);
  return { kind: 'planned', recovery, component: component.name };
}

function wanted(
  componentId: number,
  { action, reason, who }: RecoveryRequest,
  decided: Pick<NewRecovery, 'executor' | 'verdicts' | 'premise'>,
): NewRecovery {
  return {
    ...decided,
    id: uuid7(Date.now()),
    componentId,
    incidentId: null,
    step: 0,
    action,
    origin: 'person',
    state: 'planned',
    why: reason,
    requestedBy: who,
    approveBy: null,
    undoes: null,
  };
}

function dryRun(
  app: App,
  component: ComponentView,
  decided: { action: Action; verdicts: readonly Verdict[]; refused: boolean },
): Requested {
  const { action, verdicts, refused } = decided;
  const executor = executorFor(app.platforms, component, component.agentPresent, action.name);
  const calls =
    typeof executor === 'string'
      ? app.platforms[executor].describe({
          recoveryId: '00000000-0000-7000-8000-000000000000',
          component: component.name,
          target: placeOf(component, action.name),
          action,
          byPerson: true,
        })
      : [];
  return { kind: 'dry_run', component: component.name, wouldDo: !refused, calls, verdicts };
}

function refusal(verdicts: readonly Verdict[]): AppError {
  const first = verdicts.find(({ outcome }) => outcome === 'refuse');
  return new AppError('refused', first?.why ?? 'a guard refused it', {
    details: { guard: first?.guard, until: first?.until ?? null, verdicts },
  });
}

/** What came of a request, as the API answers it. */
export function requestedJson(requested: Requested): object {
  if (requested.kind === 'dry_run') {
    const { component, wouldDo, calls, verdicts } = requested;
    return { dry_run: true, component, would_do: wouldDo, calls, verdicts };
  }
  const { recovery, component } = requested;
  const { id, action, state, why, verdicts } = recovery;
  return { recovery: { id, component, action: action.name, params: action, state, why, verdicts } };
}
