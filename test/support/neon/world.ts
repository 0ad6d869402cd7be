import type { Outcome, VendorInput } from '../vendor/server.js';

/** An operation as Neon keeps it. */
export interface NeonOperation {
  readonly id: string;
  readonly endpoint_id?: string;
  readonly action: string;
  status: string;
  readonly created_at: string;
  updated_at: string;
}

/** A compute endpoint as Neon keeps it. */
export interface NeonEndpoint {
  readonly id: string;
  readonly type: 'read_write' | 'read_only';
  current_state: 'init' | 'active' | 'idle';
  pending_state?: 'active' | 'idle';
  readonly disabled: boolean;
}

/** How Neon's side behaves. */
export interface WorldOptions {
  readonly project: string;
  readonly endpoint: NeonEndpoint;
  /** Operations of the past, oldest first. */
  readonly operations: readonly NeonOperation[];
  /** Neon's own clock. */
  readonly now: () => Date;
  /** Whether what is asked for ends at once, or by {@link World.settle}. */
  readonly finish: 'at_once' | 'by_hand';
}

/** Neon's side: one project with one endpoint, and its operations. */
export interface World {
  readonly endpoint: NeonEndpoint;
  /** Oldest first. */
  readonly operations: NeonOperation[];
  /** What was changed, in order. */
  readonly effects: string[];
  /** Let an operation appear, as Neon makes them by itself, too. */
  note(action: string, status?: string, given?: Partial<NeonOperation>): NeonOperation;
  /** Let everything that is on its way end so. */
  settle(status?: string): void;
  perform(operation: string, input: VendorInput): Outcome;
}

/** Make Neon's side. What is given is copied. */
export function neonWorld(options: WorldOptions): World {
  const { project, now, finish } = options;
  const endpoint = structuredClone(options.endpoint);
  const operations = structuredClone([...options.operations]);
  const effects: string[] = [];
  // Neon tells whole seconds.
  const second = () => `${now().toISOString().slice(0, 19)}Z`;

  const note: World['note'] = (action, status = 'running', given = {}) => {
    const at = second();
    const id = `op-${operations.length + 1}`;
    const made = { id, endpoint_id: endpoint.id, action, status, created_at: at, updated_at: at };
    operations.push({ ...made, ...given });
    return operations.at(-1) ?? made;
  };
  const settle: World['settle'] = (status = 'finished') => {
    for (const one of operations) {
      if (one.status !== 'running' && one.status !== 'scheduling') continue;
      one.status = status;
      one.updated_at = second();
    }
    delete endpoint.pending_state;
    endpoint.current_state = 'active';
  };

  const restart = (): Outcome => {
    if (operations.some(({ status }) => status === 'running')) return { status: 423 };
    // Only an active compute can be restarted.
    if (endpoint.current_state !== 'active') return { status: 400 };
    effects.push(`restart ${endpoint.id}`);
    const made = [note('suspend_compute'), note('start_compute', 'scheduling')];
    if (finish === 'at_once') settle();
    else Object.assign(endpoint, { current_state: 'idle', pending_state: 'active' });
    return { status: 200, body: { endpoint: view(), operations: made.map(shown) } };
  };

  const view = (): object => ({
    ...endpoint,
    host: `${endpoint.id}.eu-central-1.aws.neon.tech`,
    project_id: project,
    branch_id: 'br-main-1',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: second(),
  });
  const shown = (operation: NeonOperation): object => ({
    ...operation,
    project_id: project,
    failures_count: 0,
    total_duration_ms: 100,
  });
  const one = (id: string | undefined): Outcome => {
    const found = operations.find((operation) => operation.id === id);
    return found === undefined
      ? { status: 404 }
      : { status: 200, body: { operation: shown(found) } };
  };
  const list = ({ query }: VendorInput): Outcome => {
    const newest = operations.toReversed().slice(0, Number(query['limit'] ?? 1000));
    return { status: 200, body: { operations: newest.map(shown) } };
  };
  const ofEndpoint: Readonly<Record<string, () => Outcome>> = {
    getProjectEndpoint: () => ({ status: 200, body: { endpoint: view() } }),
    restartProjectEndpoint: restart,
  };
  return {
    endpoint,
    operations,
    effects,
    note,
    settle,
    perform(operation, input) {
      const { project_id, endpoint_id, operation_id } = input.params;
      if (project_id !== project) return { status: 404 };
      if (operation === 'listProjectOperations') return list(input);
      if (operation === 'getProjectOperation') return one(operation_id);
      return (endpoint_id === endpoint.id ? ofEndpoint[operation]?.() : null) ?? { status: 404 };
    },
  };
}
