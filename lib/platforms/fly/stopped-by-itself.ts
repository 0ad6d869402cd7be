import type { Machine } from './answers.js';

/**
 * Whether a machine that is stopped has ended by itself, as one does whose process died too often: its newest exit was
 * not asked for. One that somebody, or Fly.io for want of traffic, has stopped was meant to be, and where nobody tells
 * it may have been.
 *
 * @see https://fly.io/docs/machines/machine-states/
 */
export function stoppedByItself({ state, events }: Machine): boolean {
  if (state !== 'stopped') return false;
  const [exit] = events
    .filter(({ type }) => type === 'exit')
    .toSorted((a, b) => b.timestamp - a.timestamp);
  return exit?.request?.exit_event?.requested_stop === false;
}
