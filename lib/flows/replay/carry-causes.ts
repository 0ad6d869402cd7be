import { causeSteps, type Peer } from '../../domain/decide/common-cause.js';
import type { Settings } from '../../domain/settings.js';
import type { Look } from './watch.js';
import type { World } from './world.js';

/** What the looks of one tick tell of groups. */
export interface PeersSeen {
  readonly now: Date;
  /** The looks at all components in which something rises, and at others. */
  readonly looks: readonly Look[];
  /** The components that have a group, with their states. */
  readonly peers: readonly Pick<Peer, 'componentId' | 'state'>[];
}

/** Carry the common causes on by one tick, as a sweep does once the whole fleet has been assessed. */
export function carryCauses(world: World, seen: PeersSeen, settings: Settings): void {
  if (seen.peers.length === 0) return;
  const looks = new Map(seen.looks.map((look) => [look.last.componentId, look.last.memory]));
  const peers = seen.peers.flatMap(({ componentId, state }): Peer[] => {
    const component = world.components.get(componentId);
    if (component === undefined || component.group === null) return [];
    const memory = looks.get(componentId);
    const { name, group } = component;
    const { raised = null, bad = 0, rising = {} } = memory ?? {};
    return [{ componentId, component: name, group, state, raised, bad, rising }];
  });
  world.causes = causeSteps(world.causes, peers, settings, seen.now).flatMap(({ change, cause }) =>
    change === 'ended' ? [] : [cause],
  );
}
