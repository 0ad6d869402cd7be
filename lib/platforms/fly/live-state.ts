import type { PlatformState } from '../platform.js';
import type { Machine } from './answers.js';
import { inGroup, movingOf, oldestOf, stopsByNeed } from './group.js';
import { versionOf } from './version.js';

/** Events by which a machine gets a configuration. */
const CHANGES: ReadonlySet<string> = new Set(['launch', 'update']);

/**
 * When a machine began to run what it runs, by Fly's clock, milliseconds; null where it has not, or Fly does not tell.
 * Its events reach back only so far: where the change itself is gone from them, it was live by the first start left.
 */
function ranSince({ events }: Machine): number | null {
  const changes = events.filter(({ type }) => CHANGES.has(type));
  const changed = Math.max(0, ...changes.map(({ timestamp }) => timestamp));
  const starts = events.filter(({ type, timestamp }) => type === 'start' && timestamp >= changed);
  return starts.length === 0 ? null : Math.min(...starts.map(({ timestamp }) => timestamp));
}

/**
 * When the last of a group's machines began to run what it runs, of those that were there when the first did: what
 * was added since changed nothing. Null where none runs it, or Fly does not tell.
 */
export function liveFrom(machines: readonly Machine[]): Date | null {
  const ran = machines.flatMap((machine) => {
    const since = ranSince(machine);
    return since === null ? [] : [{ machine, since }];
  });
  const first = Math.min(...ran.map(({ since }) => since));
  const there = ran.filter(({ machine }) => machine.created_at.getTime() <= first);
  const last = Math.max(...(there.length === 0 ? ran : there).map(({ since }) => since));
  return Number.isFinite(last) ? new Date(last) : null;
}

/**
 * Tell what is live of a process group; null while a machine moves, none runs, they run different images, or Fly does
 * not tell since when.
 *
 * A state is named by the version of its oldest machine's configuration, so that each release is a life of its own,
 * also of the same image. Variables are not told: Fly keeps them with each version, where a rollback finds them.
 *
 * @param all - machines of the app
 */
export function liveState(all: readonly Machine[], group: string): PlatformState | null {
  const machines = inGroup(all, group);
  const [version, other] = new Set(machines.map(versionOf));
  const oldest = oldestOf(machines);
  const from = liveFrom(machines);
  if (version === undefined || oldest === undefined || from === null) return null;
  if (other !== undefined || movingOf(machines) !== undefined) return null;
  if (!machines.some(isStarted)) return null;
  return {
    version,
    deployment_id: oldest.instance_id,
    live_from: from,
    config: null,
    instances: wantedMachines(machines),
  };
}

const isStarted = ({ state }: Machine): boolean => state === 'started';

/** How many machines somebody has fixed; null where Fly starts and stops them by need. */
function wantedMachines(machines: readonly Machine[]): number | null {
  const isFixed = machines.every((machine) => isStarted(machine) && !stopsByNeed(machine));
  return isFixed ? machines.length : null;
}
