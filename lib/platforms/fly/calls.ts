import * as z from 'zod';
import { type Call, order, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { Lease, Machine, MachineVersion } from './answers.js';
import { isGone } from './group.js';

/** The calls that recoveries of one app's machines make. All throw as {@link request} does. */
export interface FlyCalls {
  /** Every machine of the app that is not destroyed. */
  machines(): Promise<readonly Machine[]>;
  machine(id: string): Promise<Machine>;
  /** Its configurations, newest first. */
  versions(id: string): Promise<readonly MachineVersion[]>;
  restart(id: string): Promise<number>;
  start(id: string): Promise<number>;
  /** Wait, at Fly, until a machine runs. @returns false when it did not within {@link WAIT_S} */
  started(id: string): Promise<boolean>;
  /** Take the right to change a machine for {@link LEASE_S}; answers what proves it. */
  lease(id: string): Promise<string>;
  release(id: string, nonce: string): Promise<number>;
  update(id: string, nonce: string, body: object): Promise<number>;
  create(body: object): Promise<number>;
  destroy(id: string): Promise<number>;
}

/** How long Fly is asked to wait, seconds: well below the time that a call may take. */
const WAIT_S = 5;

/** Long enough for a read and an update; whoever dies holding a lease holds nobody up for longer. */
const LEASE_S = 30;

const encode = encodeURIComponent;

/** The paths, from the API's address on. */
export const paths = {
  machines: (app: string) => `/v1/apps/${encode(app)}/machines`,
  machine: (app: string, id: string) => `${paths.machines(app)}/${encode(id)}`,
} as const;

/** Make the calls for one app. */
export function flyCalls(vendor: Vendor, app: string, credential: string): FlyCalls {
  const call = (
    method: Call['method'],
    path: string,
    more: Partial<Pick<Call, 'query' | 'body' | 'headers' | 'later' | 'answers'>> = {},
  ): Call => ({ method, path, credential, ...more });
  const of = (id: string, under = '') => `${paths.machine(app, id)}${under}`;
  const read = async <T>(path: string, answer: z.ZodType<T>): Promise<T> =>
    (await request(vendor, call('GET', path), answer)).data;
  return {
    machines: async () => {
      const machines = await read(paths.machines(app), z.array(Machine));
      return machines.filter((machine) => !isGone(machine));
    },
    machine: (id) => read(of(id), Machine),
    versions: async (id) => {
      const versions = await read(of(id, '/versions'), z.array(MachineVersion));
      return versions.toSorted((a, b) => (a.version < b.version ? 1 : -1));
    },
    restart: (id) => order(vendor, busy(call('POST', of(id, '/restart')))),
    start: (id) => order(vendor, busy(call('POST', of(id, '/start')))),
    started: async (id) => {
      const query = { state: 'started', timeout: String(WAIT_S) };
      const wait = call('GET', of(id, '/wait'), { query, answers: [408] });
      return (await request(vendor, wait, z.unknown())).status !== 408;
    },
    lease: async (id) => {
      const body = { description: 'Forestall', ttl: LEASE_S };
      const sent = busy(call('POST', of(id, '/lease'), { body }));
      return (await request(vendor, sent, Lease)).data.data.nonce;
    },
    release: (id, nonce) => order(vendor, call('DELETE', of(id, '/lease'), leased(nonce))),
    update: (id, nonce, body) =>
      order(vendor, busy(call('POST', of(id), { body, ...leased(nonce) }))),
    create: (body) => order(vendor, busy(call('POST', paths.machines(app), { body }))),
    destroy: (id) => order(vendor, busy(call('DELETE', of(id), { query: { force: 'true' } }))),
  };
}

const leased = (nonce: string) => ({ headers: { 'fly-machine-lease-nonce': nonce } });

/** Another holds the lease, or Fly had not enough time: not done, and worth a second look. */
const busy = (call: Call): Call => ({ ...call, later: [408, 409, 412] });
