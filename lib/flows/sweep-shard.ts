import type { App } from '../app.js';
import type { Calibration } from '../domain/learn/calibration.js';
import type { Settings } from '../domain/settings.js';
import type { ProbeResult } from '../platforms/probe.js';
import { type FiringAlert, firingAlerts } from '../store/alerts.js';
import { forsakeShard, type Lease, leaseShard } from '../store/component-state.js';
import { type Deployment, listDeployments } from '../store/deployments.js';
import {
  componentsIn,
  readIncidents,
  type StoredIncident,
  selectIncidents,
} from '../store/incidents.js';
import { readWindows, type Watched } from '../store/windows.js';
import { type Assessed, assessWatched } from './assess.js';
import { mapLimit } from './map-limit.js';
import { readEach } from './readable.js';
import { type Rebuilt, rebuildPasts } from './rebuild-pasts.js';
import { seeComponent } from './see.js';
import type { Seen } from './seen.js';
import { startAt } from './start-at.js';
import { aroundOne, readSurroundings, type Surroundings } from './surroundings.js';
import { type ShardSum, writeShard } from './write-shard.js';

/** Probes that run at once: enough to ask many in a few seconds, few enough for one small function. */
const PROBES_AT_ONCE = 20;

/** The golden ratio's fraction: turns of it leave no gap for long, whichever of them are taken. */
const GOLDEN = 0.618_033_988_75;

/** What a shard is swept with. */
export interface ShardTask {
  readonly shard: number;
  /** The second in which the interval began. */
  readonly tick: number;
  readonly settings: Settings;
  readonly calibration: Calibration;
  /** Until when probes may begin, by our own clock, milliseconds since the epoch. */
  readonly probeUntil: number;
}

/**
 * Assess all components of one shard, once per interval, and write what was seen.
 *
 * Safe to repeat and to overlap: whoever does not get the shard's lease does nothing, and a worker whose
 * lease was taken over writes nothing.
 *
 * @returns null when the shard was swept, or is being swept, by another
 */
export async function sweepShard(app: App, task: ShardTask): Promise<ShardSum | null> {
  const { shard, tick, settings } = task;
  const lease = await leaseShard(app.sql, { shard, tick, leaseS: settings.leaseS });
  if (lease === null) return null;
  try {
    const { now, seen } = await look(app, task);
    return await writeShard(app, { ...task, lease, seen, now });
  } catch (error) {
    await giveBack(app, lease);
    throw error;
  }
}

/** A sweep that failed is no sweep; a database that is gone lets the lease expire. */
async function giveBack(app: App, lease: Lease): Promise<void> {
  await Promise.resolve(forsakeShard(app.sql, lease)).catch((error: unknown) => {
    app.log({ level: 'warn', event: 'lease_not_given_back', shard: lease.shard, error });
  });
}

/** The ids of a shard: shards are ranges of ids, so that their windows are read by one range. */
function idsOf({ shard, settings }: ShardTask): { fromId: number; toId: number } {
  const fromId = shard * settings.shardSize + 1;
  return { fromId, toId: fromId + settings.shardSize - 1 };
}

async function look(app: App, task: ShardTask): Promise<{ now: Date; seen: Seen[] }> {
  const { settings, calibration, probeUntil } = task;
  const range = idsOf(task);
  const [{ now, watched }, open, alerts, surroundings] = await Promise.all([
    readWindows(app.sql, {
      ...range,
      windowS: settings.windowS,
      points: settings.windowPoints,
      at: app.at,
    }),
    selectIncidents(app.sql, { state: 'open', limit: 5000 }),
    firingAlerts(app.sql, range),
    readSurroundings(app.sql),
  ]);
  const incidents = readEach(app, readIncidents, open);
  // Whether its incident is to be closed cannot be judged: a person is asked about it.
  const unread = new Set(incidents.unread.map((row) => row['componentId']));
  const deployments = await listDeployments(app.sql, {
    componentIds: watched.map(({ component }) => component.id),
    phase: 'finished',
    withinS: settings.deploymentBlameS + settings.deploymentFreezeS,
    limit: 5000,
  });
  const around = {
    ...byComponent(incidents.known, deployments),
    bad: componentsIn(open),
    ...(await rebuildPasts(app, watched, settings, now)),
    alerts,
    ...surroundings,
    settings,
    calibration,
    now,
    probeUntil,
  };
  const known = watched.filter(({ component }) => !unread.has(component.id));
  const inTurn = startAt(known, Math.floor(part(task) * known.length));
  const seen = await mapLimit(inTurn, PROBES_AT_ONCE, (one) => seeOrSkip(app, one, around));
  return { now, seen: seen.filter((one) => one !== null) };
}

/** Where in a shard an interval begins to probe, from 0 to 1: all come first in turn. */
function part({ tick, settings }: ShardTask): number {
  const turns = Math.floor(tick / settings.intervalS) * GOLDEN;
  return turns - Math.floor(turns);
}

/** What a sweep knows beside the component itself. */
interface Around extends Rebuilt, Surroundings {
  /** Open incidents by their component. */
  readonly incidents: ReadonlyMap<number, StoredIncident>;
  /** Names of the components that have one. */
  readonly bad: ReadonlySet<string>;
  /** The newest deployment of each component that went live. */
  readonly deployments: ReadonlyMap<number, Deployment>;
  readonly alerts: readonly FiringAlert[];
  readonly settings: Settings;
  readonly calibration: Calibration;
  readonly now: Date;
  /** Until when probes may begin, by our own clock, milliseconds since the epoch. */
  readonly probeUntil: number;
}

/** Looked up for each component, so laid out once: a storm has thousands. */
function byComponent(
  open: readonly StoredIncident[],
  newestFirst: readonly Deployment[],
): Pick<Around, 'incidents' | 'deployments'> {
  return {
    incidents: new Map(open.map((incident) => [incident.componentId, incident])),
    // Of several entries of one key a map keeps the last.
    deployments: new Map(newestFirst.toReversed().map((one) => [one.componentId, one])),
  };
}

/** One component that cannot be assessed must not keep the others from being. */
async function seeOrSkip(app: App, watched: Watched, around: Around): Promise<Seen | null> {
  try {
    return await see(app, watched, around);
  } catch (error) {
    app.log({ level: 'error', event: 'not_assessed', component: watched.component.name, error });
    return null;
  }
}

async function see(app: App, watched: Watched, around: Around): Promise<Seen> {
  const { incidents, alerts, deployments, settings, now } = around;
  const { component } = watched;
  const assessed = assessedWithPast(watched, around);
  const isTime = Date.now() < around.probeUntil;
  const probed = isTime ? await probeIfNeeded(app, watched, assessed) : null;
  return seeComponent(watched, assessed, {
    probed: probed?.found ?? null,
    incident: incidents.get(component.id) ?? null,
    deployment: deployments.get(component.id) ?? null,
    alerts: alerts.filter(({ componentId }) => componentId === component.id),
    ...aroundOne(component, around, settings, now),
    settings,
    now,
  });
}

/** Where the past is worked out later, what is known now is not kept: it would count as all there is. */
function assessedWithPast(watched: Watched, around: Around): Assessed {
  const { pasts, waiting, settings, calibration, now } = around;
  const past = pasts.get(watched.component.id) ?? watched.past;
  const assessed = assessWatched({ ...watched, past }, { settings, now, calibration });
  return waiting.has(watched.component.id) ? { ...assessed, past: watched.past } : assessed;
}

/** Only the silent, the suspicious, and those whose last probe failed are probed. */
async function probeIfNeeded(
  app: App,
  { component, memory }: Watched,
  { assessment }: Assessed,
): Promise<ProbeResult | null> {
  const fine = assessment.state === 'healthy' && assessment.prediction.level === null;
  const calm = fine && memory.failedProbes === 0;
  return component.health_url === null || calm ? null : app.probe(component.health_url);
}
