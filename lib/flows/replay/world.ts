import { OWN_CHANGES } from '../../domain/decide/cause.js';
import type { CommonCause } from '../../domain/decide/common-cause.js';
import type { DependsOn } from '../../domain/decide/dependencies.js';
import type { Storm } from '../../domain/decide/storm-step.js';
import { HOUR } from '../../domain/time.js';
import type { ComponentView } from '../../store/components.js';
import type { DecisionFacts, RecentRecovery } from '../../store/decision-fact-rows.js';
import type { Deployment } from '../../store/deployments.js';
import type { StoredIncident } from '../../store/incidents.js';
import type { StoredRecovery } from '../../store/recoveries.js';
import type { IncidentChange } from '../incident-changes.js';
import { type PastRule, rulesAt } from './past-rules.js';
import { platformsOf } from './platforms-of.js';
import { recoveryAsOf } from './recovery-as-of.js';
import type { Look } from './watch.js';

/** A period in which nothing was to be done automatically. */
export interface PastFreeze {
  /** One that names neither a component nor a group covers all. */
  readonly componentId: number | null;
  readonly group: string | null;
  readonly why: string;
  readonly from: Date;
  /** When it really ended. */
  readonly until: Date;
  /** When it was to end as long as it lasted, as the guards were told; null where nobody knew. */
  readonly toldUntil: Date | null;
}

/** What is known of an installation's past beside what its components have sent. */
export interface FleetHistory {
  readonly components: readonly ComponentView[];
  /** Newest first. */
  readonly deployments: readonly Deployment[];
  readonly freezes: readonly PastFreeze[];
  /** Versions of healing rules that were in force at some time. */
  readonly rules: readonly PastRule[];
  /** What was really decided or asked for then, oldest first. */
  readonly recoveries: readonly StoredRecovery[];
}

/** An installation as a replay has left it: what the database would hold. */
export interface World {
  readonly history: FleetHistory;
  readonly components: ReadonlyMap<number, ComponentView>;
  readonly dependencies: DecisionFacts['dependencies'];
  readonly dependsOn: DependsOn;
  /** What components depend on, and of which nothing is recorded. */
  readonly unsureUpstreams: DecisionFacts['unsureUpstreams'];
  /** Open incidents by their component. */
  readonly incidents: Map<number, StoredIncident>;
  /** Incidents that have closed, within the last hour. */
  closed: readonly ClosedIncident[];
  /** The last look at each component that has, or had of late, an open incident. */
  readonly looks: Map<number, Look>;
  /** Recoveries with their whole stories; what lies in the future is not looked at. */
  recoveries: readonly StoredRecovery[];
  /** What really happened then and is still to come. */
  recorded: readonly StoredRecovery[];
  storm: Storm;
  /** What this tick has changed of incidents. */
  changed: readonly { readonly componentId: number; readonly change: IncidentChange }[];
  /** The common causes that last. */
  causes: readonly CommonCause[];
  /** The last tick; null before the first. */
  at: Date | null;
  /** How many components are known by now. */
  known: number;
}

/** An incident of the replay that has closed. */
export interface ClosedIncident {
  readonly incident: StoredIncident;
  readonly closedAt: Date;
}

/** The world before anything has happened. */
export function newWorld(history: FleetHistory): World {
  const dependencies = history.components
    .filter(({ depends_on }) => depends_on.length > 0)
    .map(({ name, depends_on }) => ({ name, on: [...depends_on] }));
  return {
    history,
    components: new Map(history.components.map((one) => [one.id, one])),
    dependencies,
    dependsOn: new Map(dependencies.map(({ name, on }) => [name, on])),
    unsureUpstreams: unsureIn(history),
    incidents: new Map(),
    closed: [],
    looks: new Map(),
    recoveries: [],
    recorded: history.recoveries,
    storm: { stormSince: null, calmSince: null },
    changed: [],
    causes: [],
    at: null,
    known: 0,
  };
}

function unsureIn({ components }: FleetHistory): World['unsureUpstreams'] {
  const known = new Set(components.map(({ name }) => name));
  const all = new Set(components.flatMap(({ depends_on }) => depends_on));
  return [...all].filter((name) => !known.has(name)).map((name) => ({ name, silentSince: null }));
}

/** A recovery counts for a day; an hour more, so that nothing is missed by a limit of a day. */
const COUNTED_MS = 25 * HOUR;

const incidentFact = ({ component, openedAt, kind, plan }: StoredIncident) => ({
  component,
  since: openedAt,
  isFailing: kind === 'failing',
  isOwnChange: OWN_CHANGES.includes(plan.situation),
});

/** The facts of decisions, as the database would answer them at an instant. */
export function factsAt(world: World, now: Date): DecisionFacts {
  const open = [...world.incidents.values()];
  return {
    now,
    version: '0',
    paused: false,
    pausedWhy: null,
    settings: {},
    ...world.storm,
    components: world.known,
    bad: open.length,
    openIncidents: open.map(incidentFact),
    closedIncidents: world.closed.map((one) => ({
      ...incidentFact(one.incident),
      closedAt: one.closedAt,
    })),
    unsureUpstreams: world.unsureUpstreams,
    dependencies: world.dependencies,
    commonCauses: [...world.causes].map((cause) => ({ ...cause, members: [...cause.members] })),
    predictedIncidents: open
      .filter(({ kind, openedBy }) => kind === 'predicted' && openedBy === 'prediction')
      .map(({ id }) => id),
    providers: [],
    standbys: [],
    platforms: platformsOf(world),
    rules: rulesAt(world.history.rules, now).flatMap(({ id, enabled }) => (enabled ? [id] : [])),
    incidentRules: open.flatMap(({ id, plan: { rule } }) =>
      rule === undefined ? [] : [{ incidentId: id, rule }],
    ),
    freezes: world.history.freezes
      .filter(({ from, until }) => from <= now && until > now)
      .map(({ componentId, group, why, toldUntil }) => ({
        ...{ componentId, group, why, until: toldUntil },
      })),
    deployments: world.history.deployments
      .filter(({ startedAt, endedAt }) => startedAt <= now && (endedAt === null || endedAt > now))
      .map(({ componentId, version, startedAt }) => ({ componentId, version, startedAt })),
    recent: world.recoveries.flatMap((one) => recent(world, recoveryAsOf(one, now), now)),
  };
}

/** What was skipped or expired has not begun. */
function recent(world: World, recovery: StoredRecovery, now: Date): RecentRecovery[] {
  const { id, componentId, component, incidentId, origin, state, createdAt } = recovery;
  const { startedAt, actedAt, endedAt } = recovery;
  const counts =
    endedAt === null ||
    (now.getTime() - createdAt.getTime() < COUNTED_MS &&
      state !== 'skipped' &&
      state !== 'expired');
  if (!counts) return [];
  const group = world.components.get(componentId)?.group ?? null;
  const action = recovery.action.name;
  const beganAt = startedAt ?? createdAt;
  return [
    {
      id,
      componentId,
      component,
      group,
      incidentId,
      action,
      origin,
      state,
      beganAt,
      actedAt,
      endedAt,
    },
  ];
}

/** Forget recoveries that nothing looks at any more. */
export function forget(world: World, now: Date): void {
  const open = new Set([...world.incidents.values()].map(({ id }) => id));
  world.recoveries = world.recoveries.filter(
    ({ incidentId, endedAt, createdAt }) =>
      endedAt === null ||
      endedAt > now ||
      now.getTime() - createdAt.getTime() < COUNTED_MS ||
      (incidentId !== null && open.has(incidentId)),
  );
}
