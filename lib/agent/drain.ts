import type { Server } from 'node:http';
import type { Notify } from './notice.js';
import { settledWithin } from './settled-within.js';

/** How a service is drained. */
export interface Draining {
  readonly servers: ReadonlySet<Server>;
  /** The service's own part; null without one. */
  readonly onRestart: (() => unknown) | null;
  /** Milliseconds for the servers, and again for the hook. */
  readonly drainMs: number;
  readonly notify: Notify;
}

/** How often connections that have become idle are closed meanwhile. */
const IDLE_LOOK_MS = 50;

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const looking = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
    looking.unref();
    server.close(() => {
      clearInterval(looking);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function hook({ onRestart, notify }: Draining): Promise<void> {
  try {
    await onRestart?.();
  } catch (error) {
    notify({ kind: 'hook_failed', what: 'onRestart', error });
  }
}

/**
 * Accept no more requests and let those under way finish, then run the service's own hook (which may close
 * what those requests needed). What is not done in time is cut off.
 */
export async function drain(draining: Draining): Promise<void> {
  const { servers, drainMs } = draining;
  await settledWithin(Promise.all([...servers].map(closed)), drainMs);
  for (const server of servers) server.closeAllConnections();
  await settledWithin(hook(draining), drainMs);
}
