import { advance, type TickSeen } from '../../flows/replay/advance.js';
import type { Deed } from '../../flows/replay/deed.js';
import { type Block, STATES, type Told } from '../../flows/replay/told.js';
import type { ReplayOptions } from '../../flows/replay/watch.js';
import { type FleetHistory, newWorld, type World } from '../../flows/replay/world.js';
import type { Crew } from './crew.js';
import { blocksOf } from './plan-ticks.js';

/** What came of one tick. */
export interface Ticked {
  readonly now: Date;
  /** The place of the tick in what was told of its block. */
  readonly place: number;
  readonly deeds: readonly Deed[];
  /** What became of incidents. */
  readonly changes: World['changed'];
}

/** Takes what came of a block of ticks, in the order of time. */
export type TakeBlock = (told: readonly Told[], ticks: readonly Ticked[]) => Promise<void>;

/** What is replayed, and how. */
export interface Replay {
  readonly crew: Crew;
  readonly fleet: FleetHistory;
  readonly ticks: Block;
  readonly options: ReplayOptions;
}

/** What was seen at each tick of a block that decisions can rest on. */
function seenAt(told: readonly Told[]): Map<number, Pick<TickSeen, 'happenings' | 'looks'>> {
  type Gathered = {
    happenings: TickSeen['happenings'][number][];
    looks: TickSeen['looks'][number][];
  };
  const seen = new Map<number, Gathered>();
  const at = (tick: number): Gathered => {
    const there = seen.get(tick) ?? { happenings: [], looks: [] };
    seen.set(tick, there);
    return there;
  };
  for (const { componentId, happenings, looks } of told) {
    for (const { tick, happening } of happenings)
      at(tick).happenings.push({ componentId, happening });
    for (const { tick, look } of looks) at(tick).looks.push(look);
  }
  return seen;
}

/** The components that have a group and are known by a tick, with their states. */
function peersAt(told: readonly Told[], place: number): TickSeen['peers'] {
  return told.flatMap(({ componentId, state }) => {
    const known = STATES[(state[place] ?? 0) - 1];
    return known === undefined ? [] : [{ componentId, state: known }];
  });
}

const NOTHING = { happenings: [], looks: [] };

/** Counts the components that are known by an instant; instants must not decrease. */
function counter({ components }: FleetHistory): (now: Date) => number {
  const since = components.map(({ createdAt }) => createdAt.getTime()).sort((a, b) => a - b);
  let known = 0;
  return (now) => {
    while ((since[known] ?? Number.POSITIVE_INFINITY) <= now.getTime()) known += 1;
    return known;
  };
}

/**
 * Replay a history: the crew looks at all components, block by block and one block ahead, and here it is
 * decided, tick by tick, on what they saw: limits and budgets are the whole installation's.
 */
export async function runReplay(replay: Replay, take: TakeBlock): Promise<World> {
  const { crew, fleet, ticks, options } = replay;
  const world = newWorld(fleet);
  const knownAt = counter(fleet);
  const grouped = new Set(
    fleet.components.flatMap(({ id, group }) => (group === null ? [] : [id])),
  );
  const blocks = blocksOf(ticks, fleet.components.length);
  let ahead = blocks[0] === undefined ? null : crew.block(blocks[0]);
  for (const [i, block] of blocks.entries()) {
    const told = (await ahead) ?? [];
    const next = blocks[i + 1];
    ahead = next === undefined ? null : crew.block(next);
    // It is waited for above; until then its failure must not count as nobody's.
    ahead?.catch(() => undefined);
    const seen = seenAt(told);
    const peers = told.filter(({ componentId }) => grouped.has(componentId));
    const done = Array.from({ length: block.until - block.from }, (_, place) => {
      const now = new Date((block.from + place) * options.everyMs);
      const tick = {
        ...{ now, known: knownAt(now), peers: peersAt(peers, place) },
        ...(seen.get(place) ?? NOTHING),
      };
      const deeds = advance(world, tick, options);
      return { now, place, deeds, changes: world.changed };
    });
    await take(told, done);
  }
  return world;
}
