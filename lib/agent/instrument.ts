import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Observation } from './traffic.js';

/** Sees requests to Node servers come and go. */
export interface Instrument {
  /** Count a server's requests from now on. Answers how to stop it. */
  attach(server: Server): () => void;
  /** Count one request, once, whoever else asks. */
  track(response: ServerResponse): void;
  /** The servers attached now. */
  readonly servers: ReadonlySet<Server>;
  /** Detach all. */
  detach(): void;
}

const EVENT_STREAM = /^text\/event-stream/i;

/**
 * Whether an answer is a stream of events: it ends when the listener leaves, which is no latency.
 *
 * Headers given to `writeHead` cannot be read back, so what the caller accepts counts as well.
 */
function isEndless(response: ServerResponse): boolean {
  return (
    EVENT_STREAM.test(response.req.headers.accept ?? '') ||
    EVENT_STREAM.test(String(response.getHeader('content-type') ?? ''))
  );
}

/**
 * Count the requests of Node's http and https servers.
 *
 * A status of 500 or above is a failure. A caller who leaves before the answer is not, as with the
 * status 499 elsewhere, but the time it waited counts.
 */
export function createInstrument(observe: (one: Observation) => void): Instrument {
  const tracked = new WeakSet<ServerResponse>();
  const servers = new Map<Server, () => void>();
  function track(response: ServerResponse): void {
    if (tracked.has(response)) return;
    tracked.add(response);
    const startedAt = performance.now();
    response.once('close', () => {
      if (isEndless(response)) return;
      observe({ ms: performance.now() - startedAt, ok: response.statusCode < 500 });
    });
  }
  function attach(server: Server): () => void {
    const known = servers.get(server);
    if (known !== undefined) return known;
    const onRequest = (_request: IncomingMessage, response: ServerResponse) => track(response);
    const detachOne = () => {
      server.removeListener('request', onRequest);
      servers.delete(server);
    };
    server.prependListener('request', onRequest);
    servers.set(server, detachOne);
    return detachOne;
  }
  return {
    attach,
    track,
    get servers() {
      return new Set(servers.keys());
    },
    detach() {
      for (const detachOne of servers.values()) detachOne();
    },
  };
}
