/** A process of one of a database's nodes, as Render keeps it. */
export interface RenderBackend {
  readonly pid: number;
  readonly backendStart: string;
  /** Which node serves it: the node `a` leads at first. */
  readonly node: 'a' | 'b';
}

/** A database as Render keeps it. */
export interface RenderDatabase {
  readonly id: string;
  status: string;
  suspended: 'suspended' | 'not_suspended';
  suspenders: string[];
  role: 'primary' | 'replica';
  highAvailabilityEnabled: boolean;
  /** State of its last maintenance; absent where there was none. */
  maintenance?: string;
  /** The node that leads. */
  leader: 'a' | 'b';
  backends: RenderBackend[];
  /** Whether those who were connected come back by themselves when their connections have ended. */
  reconnects: boolean;
}

/** A backend that has served since the first of March. */
export function renderBackend(pid: number, given: Partial<RenderBackend> = {}): RenderBackend {
  return { pid, backendStart: '2026-03-01T00:00:00Z', node: 'a', ...given };
}

/** A database that is available, with two connections, unless said otherwise. */
export function renderDatabase(id: string, given: Partial<RenderDatabase> = {}): RenderDatabase {
  return {
    id,
    status: 'available',
    suspended: 'not_suspended',
    suspenders: [],
    role: 'primary',
    highAvailabilityEnabled: false,
    leader: 'a',
    backends: [renderBackend(101), renderBackend(102)],
    reconnects: true,
    ...given,
  };
}

/** A database as Render shows it. */
export function databaseView(database: RenderDatabase): object {
  const {
    backends: _,
    leader: __,
    reconnects: ___,
    maintenance,
    ...shown
  } = structuredClone(database);
  const run = { id: 'mrn-1', type: 'upgrade', scheduledAt: '2026-03-01T00:00:00Z' };
  return {
    ...shown,
    ...(maintenance === undefined ? {} : { maintenance: { ...run, state: maintenance } }),
    ipAllowList: [],
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    dashboardUrl: `https://dashboard.render.example/${database.id}`,
    databaseName: 'shop',
    databaseUser: 'app',
    name: database.id,
    owner: { id: 'tea-1', name: 'shop', email: 'shop@shop.example', type: 'team' },
    plan: 'pro_4gb',
    region: 'oregon',
    readReplicas: [],
    version: '17',
    diskAutoscalingEnabled: false,
    connectionPool: 'none',
  };
}

/** What is connected, as Render shows it: whose each is only where there is a standby. */
export function processesView(database: RenderDatabase): object {
  const { backends, leader, highAvailabilityEnabled: isTold } = database;
  return {
    processes: backends.map(({ pid, backendStart, node }) => ({
      pid,
      backendStart,
      databaseName: 'shop',
      username: 'app',
      state: 'idle',
      query: 'select secret from customers',
      ...(isTold ? { isLeader: node === leader } : {}),
    })),
  };
}
