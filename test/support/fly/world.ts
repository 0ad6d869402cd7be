import { createHash } from 'node:crypto';
import type { Outcome, VendorInput } from '../vendor/server.js';
import type { FlyConfig, FlyMachine } from './machine.js';

/** How Fly.io's side behaves. */
export interface WorldOptions {
  /** Name of the one app. */
  readonly app: string;
  readonly machines: readonly FlyMachine[];
  /** Fly.io's own clock. */
  readonly now: () => Date;
  /** Whether what is asked for ends at once, or by {@link World.settle}. */
  readonly finish: 'at_once' | 'by_hand';
}

/** Fly.io's side: one app with its machines, and who may change them. */
export interface World {
  /** In the order in which they were made. */
  readonly machines: FlyMachine[];
  /** What was changed, in order, as `operation id`. */
  readonly effects: string[];
  /** Leases that are held, by machine. */
  readonly leases: Map<string, string>;
  /** Give every machine an image, as somebody else; and variables beside its own, if some are given. */
  deploy(image: string, variables?: Readonly<Record<string, string>>): void;
  /** Let everything that is on its way arrive. */
  settle(): void;
  perform(operation: string, input: VendorInput): Outcome;
}

/** The digest that an image has here, whatever it is called. */
export const digestOf = (image: string): string =>
  `sha256:${createHash('sha256').update(image).digest('hex')}`;

const WRITES: ReadonlySet<string> = new Set(['restart', 'start', 'update', 'create', 'destroy']);
const refusal = (status: number): Outcome => ({ status });
const OK: Outcome = { status: 200, body: { ok: true } };

/** Make Fly.io's side. The machines are copied. */
export function flyWorld({ app, machines: given, now, finish }: WorldOptions): World {
  const machines = structuredClone([...given]);
  const effects: string[] = [];
  const leases = new Map<string, string>();
  /** When a lease ends by itself, as one does whose holder has died. */
  const ends = new Map<string, number>();
  let made = 0;

  const note = (machine: FlyMachine, type: string, status: string): void => {
    const last = machine.events[0]?.timestamp ?? 0;
    const timestamp = Math.max(now().getTime(), last + 1);
    machine.events.unshift({ type, status, source: 'user', timestamp });
  };
  const start = (machine: FlyMachine): void => {
    note(machine, 'start', 'started');
    machine.state = 'started';
  };
  const bring = (machine: FlyMachine, state: string): void => {
    machine.state = state;
    if (finish === 'at_once') start(machine);
  };
  const renew = (machine: FlyMachine, config: FlyConfig): void => {
    made += 1;
    machine.instance_id = `02${String(made).padStart(4, '0')}`;
    machine.config = structuredClone(config);
    machine.versions.unshift({ version: machine.instance_id, user_config: machine.config });
  };

  const create = ({ body }: VendorInput): Outcome => {
    const { name, region, config } = body as { name: string; region: string; config: FlyConfig };
    if (machines.some((one) => one.name === name)) return refusal(422);
    const machine: FlyMachine = {
      id: `new${machines.length + 1}`,
      name,
      region,
      created_at: now().toISOString(),
      state: 'created',
      instance_id: '',
      config,
      events: [],
      versions: [],
    };
    renew(machine, config);
    machines.push(machine);
    bring(machine, 'created');
    return { status: 200, body: view(machine) };
  };

  const acts: Readonly<Record<string, (machine: FlyMachine, input: VendorInput) => Outcome>> = {
    get: (machine) => ({ status: 200, body: view(machine) }),
    versions: ({ versions }) => ({ status: 200, body: versions }),
    restart(machine) {
      if (machine.state !== 'started') return refusal(412);
      note(machine, 'restart', 'stopping');
      bring(machine, 'stopping');
      return OK;
    },
    start(machine) {
      bring(machine, 'starting');
      return { status: 200, body: { previous_state: 'stopped' } };
    },
    wait: ({ state }, { query }) => (state === query['state'] ? OK : refusal(408)),
    lease({ id }, { body }) {
      const { ttl } = body as { ttl: number };
      if (leases.has(id) && now().getTime() < (ends.get(id) ?? Number.POSITIVE_INFINITY))
        return refusal(409);
      ends.set(id, now().getTime() + 1000 * ttl);
      leases.set(id, `nonce-${id}`);
      return { status: 201, body: { status: 'success', data: { nonce: `nonce-${id}` } } };
    },
    release({ id }, { headers }) {
      if (headers['fly-machine-lease-nonce'] !== leases.get(id)) return refusal(409);
      leases.delete(id);
      return { status: 200, body: { status: 'success' } };
    },
    update(machine, { headers, body }) {
      const { config, current_version, skip_launch } = body as {
        config: FlyConfig;
        current_version: string;
        skip_launch: boolean;
      };
      if (headers['fly-machine-lease-nonce'] !== leases.get(machine.id)) return refusal(409);
      if (current_version !== machine.instance_id) return refusal(412);
      renew(machine, config);
      note(machine, 'update', 'replacing');
      if (!skip_launch) bring(machine, 'replacing');
      return { status: 200, body: view(machine) };
    },
    destroy(machine) {
      machines.splice(machines.indexOf(machine), 1);
      return OK;
    },
  };

  const perform = (operation: string, input: VendorInput): Outcome => {
    if (input.params['app_name'] !== app) return refusal(404);
    if (operation === 'list') return { status: 200, body: machines.map(view) };
    if (operation === 'create') return create(input);
    const machine = machines.find(({ id }) => id === input.params['machine_id']);
    return machine === undefined
      ? refusal(404)
      : (acts[operation]?.(machine, input) ?? refusal(404));
  };
  return {
    machines,
    effects,
    leases,
    deploy(image, variables = {}) {
      for (const machine of machines) {
        const env = { ...machine.config.env, ...variables };
        renew(machine, { ...machine.config, image, env });
        note(machine, 'update', 'replacing');
        bring(machine, 'replacing');
      }
    },
    settle() {
      for (const machine of machines) {
        if (!['started', 'stopped', 'suspended'].includes(machine.state)) start(machine);
      }
    },
    perform(operation, input) {
      const outcome = perform(operation, input);
      if (WRITES.has(operation) && outcome.status < 300) {
        effects.push(`${operation} ${input.params['machine_id'] ?? machines.at(-1)?.id}`);
      }
      return outcome;
    },
  };
}

/** A machine as the API shows it, with the digest that Fly.io found for its image. */
function view({ versions: _, ...machine }: FlyMachine): object {
  return { ...structuredClone(machine), image_ref: { digest: digestOf(machine.config.image) } };
}
