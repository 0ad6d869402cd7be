import { settingsOf } from '../../app.js';
import type { Settings } from '../../domain/settings.js';
import { HOUR, SECOND } from '../../domain/time.js';
import { resetsOf } from '../../flows/effect-time.js';
import type { ComponentHistory } from '../../flows/replay/history.js';
import { pastCalibrations } from '../../flows/replay/past-calibrations.js';
import { pastWindows } from '../../flows/replay/past-windows.js';
import type { PastFreeze } from '../../flows/replay/world.js';
import { listCalibrations } from '../../store/calibrations.js';
import { type ComponentView, listComponents } from '../../store/components.js';
import { readControl } from '../../store/control.js';
import { type Deployment, listDeployments } from '../../store/deployments.js';
import { listMaintenanceWindows } from '../../store/maintenance-windows.js';
import { readRecoveries, type StoredRecovery, selectRecoveries } from '../../store/recoveries.js';
import { listRules } from '../../store/rules.js';
import { type KnownSince, readKnownSince, readPastFreezes } from '../../store/sample-history.js';
import type { Sql } from '../../store/sql.js';
import { viewOf } from './file-input.js';
import type { BacktestInput } from './input.js';
import type { BacktestMode, BacktestOptions } from './options.js';
import { storedSamples } from './stored-samples.js';

/** How long before the span the replay begins: what is remembered of earlier looks must be there by then. */
const WARM_UP_MS = 48 * HOUR;

/** How much is read of what is few by nature. */
const MOST = 10_000;
const PAGE = 500;

interface Span {
  readonly from: Date;
  readonly until: Date;
}

async function allComponents(sql: Sql): Promise<ComponentView[]> {
  const all: ComponentView[] = [];
  for (;;) {
    const after = all.at(-1)?.name ?? '';
    const page = await listComponents(sql, { after, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function inMode(component: ComponentView, mode: BacktestMode): ComponentView {
  return mode === 'own' ? component : { ...component, mode, modes: {} };
}

interface Around {
  readonly span: Span;
  readonly known: ReadonlyMap<number, KnownSince>;
  readonly deployments: readonly Deployment[];
  readonly recoveries: readonly StoredRecovery[];
}

async function historyOf(
  sql: Sql,
  component: ComponentView,
  { span, known, deployments, recoveries }: Around,
): Promise<ComponentHistory> {
  const since = known.get(component.id);
  const first = since?.firstSampleAt ?? null;
  const own = ({ componentId }: { componentId: number }): boolean => componentId === component.id;
  return {
    component,
    agentPresent: since?.hasAgent ?? false,
    copies: await storedSamples(sql, component.id, span),
    // One within the span is learned when its time comes.
    firstSampleAt: first !== null && first < span.from ? first : null,
    resets: recoveries
      .filter(own)
      .flatMap(resetsOf)
      .toSorted((a, b) => a.knownAt.getTime() - b.knownAt.getTime()),
    deployments: deployments.filter(own),
  };
}

async function pastFreezes(sql: Sql, span: Span): Promise<PastFreeze[]> {
  const freezes = await readPastFreezes(sql, span);
  const windows = await listMaintenanceWindows(sql, span);
  return [...freezes.map((one) => ({ ...one, group: null })), ...pastWindows(windows, span)];
}

/**
 * Read what a backtest of the stored history runs over: samples, deployments, freezes with maintenance
 * windows, healing rules, and what was really done then. Probes, alerts and pauses are not kept, and so not replayed.
 *
 * @param told - is told from time to time how many components have been read
 * @throws {Error} in one line, where there is nothing to replay
 */
export async function storedInput(
  sql: Sql,
  options: BacktestOptions & { readonly source: { readonly kind: 'stored' } },
  base: Settings,
  told: (components: number, all: number) => void,
): Promise<BacktestInput> {
  const { from, to } = options.source;
  const span = { from: new Date(from.getTime() - WARM_UP_MS), until: new Date(to.getTime() + 1) };
  const control = await readControl(sql);
  const settings = settingsOf(base, control?.settings ?? {});
  const everyMs = options.everyMs ?? settings.intervalS * SECOND;
  const recorded = readRecoveries(await selectRecoveries(sql, { limit: MOST }));
  const around: Around = {
    span,
    known: await readKnownSince(sql),
    deployments: await listDeployments(sql, { limit: MOST }),
    recoveries: recorded
      .filter(({ createdAt }) => createdAt >= span.from && createdAt < span.until)
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()),
  };
  const components = await allComponents(sql);
  if (components.length === 0) throw new Error('the database holds no components');
  const histories: ComponentHistory[] = [];
  for (const component of components) {
    histories.push(await historyOf(sql, inMode(component, options.mode), around));
    told(histories.length, components.length);
  }
  histories.sort((a, b) => (a.component.name < b.component.name ? -1 : 1));
  return {
    title: 'stored history',
    histories,
    fleet: {
      components: histories.map(viewOf),
      deployments: around.deployments,
      freezes: await pastFreezes(sql, span),
      rules: await listRules(sql, span.from),
      recoveries: around.recoveries,
    },
    settings: { ...settings, intervalS: everyMs / SECOND },
    calibrations: pastCalibrations(await listCalibrations(sql, MOST)),
    everyMs,
    from: span.from.getTime(),
    to: to.getTime(),
    toldFrom: from.getTime(),
  };
}
