import type { ComponentHistory } from '../../flows/replay/history.js';
import { type Block, type Told, tellBlock } from '../../flows/replay/told.js';
import { type ReplayOptions, watcherOf } from '../../flows/replay/watch.js';

/** Those who look at components: what they see does not depend on what is decided, nor on one another. */
export interface Crew {
  /** Look at all components at every tick of a block; blocks follow one another. */
  block(block: Block): Promise<readonly Told[]>;
  close(): void;
}

/** Someone who takes components over and looks at them, block by block. */
export interface Lookout {
  take(history: ComponentHistory): void;
  look(block: Block): Told[];
}

/** Begin a lookout. */
export function lookoutOf(options: ReplayOptions): Lookout {
  const watchers = new Map<number, ReturnType<typeof watcherOf>>();
  return {
    take: (history) => void watchers.set(history.component.id, watcherOf(history, options)),
    look: (block) =>
      [...watchers].map(([id, watcher]) => tellBlock(id, watcher, block, options.everyMs)),
  };
}

/** A crew of this process alone: for histories so short that others would only have to be waited for. */
export function crewOfOne(histories: readonly ComponentHistory[], options: ReplayOptions): Crew {
  const lookout = lookoutOf(options);
  for (const history of histories) lookout.take(history);
  return { block: async (block) => lookout.look(block), close: () => undefined };
}
