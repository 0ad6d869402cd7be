import { rootOf } from '../../domain/decide/dependencies.js';
import { upstreamPlan } from '../../domain/decide/plan.js';
import { stormStep } from '../../domain/decide/storm-step.js';
import type { Settings } from '../../domain/settings.js';
import { HOUR } from '../../domain/time.js';
import type { StoredIncident } from '../../store/incidents.js';
import type { IncidentChange } from '../incident-changes.js';
import { afterChange } from './after-change.js';
import { carryCauses, type PeersSeen } from './carry-causes.js';
import { decide } from './decide.js';
import type { Deed } from './deed.js';
import { expireApprovals } from './expire-approvals.js';
import { peerHappening } from './peer-happening.js';
import { admit, failedEnds } from './recorded.js';
import type { Happening, Look, ReplayOptions } from './watch.js';
import { forget, type World } from './world.js';

/** What the looks of one tick came to: all that decisions can rest on. */
export interface TickSeen extends PeersSeen {
  /** How many components are known by now. */
  readonly known: number;
  readonly happenings: readonly { readonly componentId: number; readonly happening: Happening }[];
  /** The looks at all components that have an open incident, or in which something rises. */
  readonly looks: readonly Look[];
}

/**
 * Carry the world on by one tick: what ended since the last one, what was seen, the storm exit, and what
 * is decided on it, in the order of a sweep.
 *
 * @returns what was done and held back
 */
export function advance(world: World, seen: TickSeen, options: ReplayOptions): Deed[] {
  const { now } = seen;
  const { settings } = options;
  const deeds: Deed[] = [];
  for (const { endedAt, componentId } of failedEnds(world, now)) {
    admit(world, endedAt);
    deeds.push(...decide(world, options, endedAt, componentId));
  }
  admit(world, now);
  takeUp(world, seen, settings);
  const fleet = { bad: world.incidents.size, components: world.known };
  const { stormSince, calmSince } = stormStep(world.storm, fleet, settings, now);
  world.storm = { stormSince, calmSince };
  carryCauses(world, seen, settings);
  if (world.incidents.size > 0) deeds.push(...decide(world, options, now));
  if (world.recoveries.length > 0) {
    deeds.push(...expireApprovals(world, now));
    forget(world, now);
  }
  world.at = now;
  return deeds;
}

/**
 * Take up what was seen. The plans of incidents that open are made by what was known before this tick.
 *
 * What opens and grows in a component that has a group depends on what its group shares.
 */
function takeUp(
  world: World,
  { now, known, happenings, looks }: TickSeen,
  settings: Settings,
): void {
  world.known = known;
  world.changed = [];
  const bad = new Set([...world.incidents.values()].map(({ component }) => component));
  const isPeer = (id: number): boolean => world.components.get(id)?.group != null;
  for (const { componentId, happening } of happenings) {
    if (isPeer(componentId) && happening.change.kind !== 'close') continue;
    apply(world, { componentId, happening, now, bad });
  }
  for (const look of looks) {
    const { componentId } = look.last;
    const happening = isPeer(componentId) ? peerHappening(world, look, settings) : null;
    if (happening !== null) apply(world, { componentId, happening, now, bad });
  }
  for (const look of looks) world.looks.set(look.last.componentId, look);
}

interface Applied {
  readonly componentId: number;
  readonly happening: Happening;
  readonly now: Date;
  readonly bad: ReadonlySet<string>;
}

function apply(world: World, { componentId, happening, now, bad }: Applied): void {
  const component = world.components.get(componentId);
  if (component === undefined) return;
  const upstream = rootOf(component.name, world.dependsOn, bad);
  const before = world.incidents.get(componentId) ?? null;
  const change = withPlan(happening.change, upstream);
  if (change === null) return;
  const after = afterChange(before, change, component.name, now);
  if (after !== before) world.changed = [...world.changed, { componentId, change }];
  if (after !== null) world.incidents.set(componentId, after);
  else if (before !== null) close(world, before, now);
}

/** A watcher knows of one component alone, and not of another that is to blame; while one is, no plan is made anew. */
function withPlan(change: IncidentChange, upstream: string | null): IncidentChange | null {
  if (upstream === null) return change;
  if (change.kind === 'replan') return null;
  if (change.kind !== 'open') return change;
  return { ...change, incident: { ...change.incident, plan: upstreamPlan(upstream) } };
}

/** What was still planned for an incident that closes is not needed any more. */
function close(world: World, incident: StoredIncident, now: Date): void {
  const { id: incidentId, componentId } = incident;
  const lately = world.closed.filter(({ closedAt }) => now.getTime() - closedAt.getTime() < HOUR);
  world.closed = [...lately, { incident, closedAt: now }];
  world.incidents.delete(componentId);
  world.looks.delete(componentId);
  world.recoveries = world.recoveries.map((one) =>
    one.incidentId === incidentId && one.startedAt === null && (one.endedAt ?? now) >= now
      ? { ...one, state: 'skipped', endedAt: now }
      : one,
  );
}
