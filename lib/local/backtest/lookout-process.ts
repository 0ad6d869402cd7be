import type { ComponentHistory } from '../../flows/replay/history.js';
import type { Block, Told } from '../../flows/replay/told.js';
import type { ReplayOptions } from '../../flows/replay/watch.js';
import { type Lookout, lookoutOf } from './crew.js';

/** What a process of a crew is told. */
export type Order =
  | { readonly kind: 'begin'; readonly options: ReplayOptions }
  | { readonly kind: 'take'; readonly history: ComponentHistory }
  | { readonly kind: 'look'; readonly block: Block };

/** What it answers: to each block one answer. */
export type Answer =
  | { readonly kind: 'told'; readonly told: readonly Told[] }
  | { readonly kind: 'failed'; readonly why: string };

/** Carries orders out, one after the other; null where there is nothing to answer. */
function orderly(): (order: Order) => Answer | null {
  let lookout: Lookout | null = null;
  return (order) => {
    if (order.kind === 'begin') lookout = lookoutOf(order.options);
    else if (order.kind === 'take') lookout?.take(order.history);
    else return { kind: 'told', told: lookout?.look(order.block) ?? [] };
    return null;
  };
}

/** Be a process of a crew, until the parent goes. */
export function serveAsLookout(): void {
  const carryOut = orderly();
  process.on('disconnect', () => process.exit(0));
  process.on('message', (order: Order) => {
    try {
      const answer = carryOut(order);
      if (answer !== null) process.send?.(answer);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.send?.({ kind: 'failed', why } satisfies Answer);
    }
  });
}
