import type { Machine } from './answers.js';

/** The machines of one process group. */
export const inGroup = (machines: readonly Machine[], group: string): readonly Machine[] =>
  machines.filter(({ config }) => (config.metadata?.['fly_process_group'] ?? 'app') === group);

/** The machine that knows most of what was before; undefined where there is none. */
export const oldestOf = (machines: readonly Machine[]): Machine | undefined =>
  machines.toSorted((a, b) => a.created_at.getTime() - b.created_at.getTime())[0];

/** A machine that is destroyed, which Fly tells of for a while yet. */
export const isGone = ({ state }: Machine): boolean =>
  state === 'destroyed' || state === 'destroying';

/** States in which a machine stays as it is. */
const AT_REST: ReadonlySet<string> = new Set(['started', 'stopped', 'suspended']);

/** A machine that is on its way from one state to another; undefined where all are at rest. */
export const movingOf = (machines: readonly Machine[]): Machine | undefined =>
  machines.find(({ state }) => !AT_REST.has(state));

/** Whether Fly stops a machine for want of traffic, and so decides how many run. */
export const stopsByNeed = ({ config }: Machine): boolean =>
  (config.services ?? []).some(
    ({ autostop }) => ![undefined, null, false, 'off'].some((off) => off === autostop),
  );

/** Whether a machine stands still where Fly stops it for want of traffic: it starts with what it has when it is needed. */
export const isStoppedByNeed = (machine: Machine): boolean =>
  stopsByNeed(machine) && (machine.state === 'stopped' || machine.state === 'suspended');
