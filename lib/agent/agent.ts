import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createParts } from './agent-parts.js';
import type { Cache } from './caches.js';
import type { MemoryResult } from './clean-memory.js';
import type { ErrorClass } from './error-class.js';
import type { ReportedError } from './error-history.js';
import { type AgentOptions, MACHINERY, type Machinery } from './options.js';
import type { DatabaseResult } from './reset-database.js';
import { runAgent } from './run-agent.js';
import type { Observation } from './traffic.js';

/** Passes a request on: what Express, Connect and their like call a middleware. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** A running agent. None of its methods throws into the service, and it keeps no process alive. */
export interface Agent {
  readonly component: string;
  readonly instance: string;
  /** A random id of this start. */
  readonly bootId: string;
  /** Count one request, or one call, that is not counted otherwise. */
  observe(observation: Observation): void;
  /** Count all requests of a Node http or https server, and drain it on a restart. Answers how to stop. */
  instrument(server: Server): () => void;
  /** Count requests where there is no server to instrument. */
  middleware(): Middleware;
  /** Whether requests are counted by {@link instrument} or {@link middleware}. */
  readonly countsRequests: boolean;
  /** Have a cache emptied by clean-ups. Answers how to take it out again. */
  registerCache(cache: Cache): () => void;
  /** Note a failure in the error history. */
  recordError(error: unknown, what?: string, errorClass?: ErrorClass): void;
  /** The last hundred failures, oldest first. */
  readonly errors: readonly ReportedError[];
  /**
   * Recover the database for a call that failed, once for all calls that failed alike.
   *
   * @param startedAt - when the call began, by `performance.now()`; now by default
   * @returns null when the agent has no pool
   */
  recoverDatabase(startedAt?: number): Promise<DatabaseResult | null>;
  /** Clean memory up for a call that failed; likewise. */
  cleanMemory(startedAt?: number): Promise<MemoryResult>;
  /** Push once more, for at most 3 s, then end. No timer and no listener is left. */
  stop(): Promise<void>;
}

/** {@link startAgent} with other durations; for tests. */
export function createAgent(options: AgentOptions, machinery: Machinery = MACHINERY): Agent {
  const parts = createParts(options, machinery);
  const { sensors, healing, identity } = parts;
  const { traffic, instrument } = sensors;
  const stop = runAgent(parts);
  let hasMiddleware = false;
  return {
    ...identity,
    observe: traffic.observe,
    instrument(server) {
      traffic.expect();
      return instrument.attach(server);
    },
    middleware() {
      traffic.expect();
      hasMiddleware = true;
      return (_request, response, next) => {
        instrument.track(response);
        next();
      };
    },
    get countsRequests() {
      return hasMiddleware || instrument.servers.size > 0;
    },
    registerCache: healing.caches.register,
    recordError: (error, what = 'service', errorClass) =>
      healing.errors.add(error, what, errorClass),
    get errors() {
      return healing.errors.entries;
    },
    recoverDatabase: async (startedAt = performance.now()) =>
      (await healing.database?.after(startedAt)) ?? null,
    cleanMemory: (startedAt = performance.now()) => healing.memory.after(startedAt),
    stop,
  };
}

/**
 * Start the agent of a service: it pushes the process's metrics and takes recovery commands from the answers.
 *
 * @throws {RangeError} when an option is wrong; never afterwards
 */
export function startAgent(options: AgentOptions): Agent {
  return createAgent(options);
}
