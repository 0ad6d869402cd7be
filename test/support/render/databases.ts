import type { Outcome } from '../vendor/server.js';
import { databaseView, processesView, type RenderDatabase } from './database.js';

/** How Render's side behaves. */
export interface DatabasesOptions {
  readonly databases: readonly RenderDatabase[];
  /** Render's own clock. */
  readonly now: () => Date;
  /** Whether what is asked for ends at once, or by `settle`. */
  readonly finish: 'at_once' | 'by_hand';
}

/** Render's side: databases with what is connected to them. */
export interface Databases {
  readonly state: Map<string, RenderDatabase>;
  /** What was changed, in order, as `restart dpg-1`. */
  readonly effects: string[];
  perform(operation: string, id: string): Outcome;
  /** Let a database that is on its way be available again, with whoever reconnects. */
  settle(id: string): void;
}

/** Make Render's side. The databases are copied. */
export function renderDatabases({ databases, now, finish }: DatabasesOptions): Databases {
  const state = new Map(databases.map((one) => [one.id, structuredClone(one)]));
  const effects: string[] = [];
  const leaving = new Map<string, number>();
  let pids = 1000;

  const settle = (id: string): void => {
    const database = state.get(id);
    if (database === undefined) throw new RangeError(`there is no ${id}`);
    database.status = 'available';
    const back = database.reconnects ? (leaving.get(id) ?? 0) : 0;
    leaving.delete(id);
    for (let i = 0; i < back; i += 1) {
      pids += 1;
      const backendStart = now().toISOString();
      database.backends.push({ pid: pids, backendStart, node: database.leader });
    }
  };

  /** Everything that the node has open ends. */
  const interrupt = (database: RenderDatabase, node: RenderDatabase['leader']): void => {
    const left = database.backends.filter((one) => one.node !== node);
    leaving.set(database.id, database.backends.length - left.length);
    database.backends = left;
    database.status = 'unavailable';
  };

  const change = (database: RenderDatabase, what: string): Outcome => {
    effects.push(`${what} ${database.id}`);
    interrupt(database, database.leader);
    if (what === 'failover') database.leader = database.leader === 'a' ? 'b' : 'a';
    if (finish === 'at_once') settle(database.id);
    return { status: 202 };
  };

  const acts: Readonly<Record<string, (database: RenderDatabase) => Outcome>> = {
    'retrieve-postgres': (database) => ({ status: 200, body: databaseView(database) }),
    'list-postgres-processes': (database) =>
      database.status === 'unavailable'
        ? { status: 503 }
        : { status: 200, body: processesView(database) },
    'restart-postgres': (database) =>
      database.suspended === 'suspended' ? { status: 400 } : change(database, 'restart'),
    'failover-postgres': (database) =>
      database.highAvailabilityEnabled ? change(database, 'failover') : { status: 400 },
  };

  return {
    state,
    effects,
    settle,
    perform(operation, id) {
      const database = state.get(id);
      const act = acts[operation];
      return database === undefined || act === undefined ? { status: 404 } : act(database);
    },
  };
}
