import { type Call, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { Endpoint, OneOperation, type Operation, Operations, Restarted } from './answers.js';

/** The calls that recoveries of one compute endpoint make. All throw as {@link request} does. */
export interface NeonCalls {
  endpoint(): Promise<Endpoint>;
  /** The endpoint's own among the project's newest {@link NEWEST} operations, newest first. */
  operations(): Promise<readonly Operation[]>;
  operation(id: string): Promise<Operation>;
  /** Answers the status, and the ids of the operations by which it is carried out. */
  restart(): Promise<{ status: number; operations: readonly string[] }>;
}

/** Operations that one page holds, at most: hours of a busy project. */
const NEWEST = 100;

const encode = encodeURIComponent;

/** The paths, from the API's address on. */
export const paths = {
  endpoint: (project: string, id: string) => `/projects/${encode(project)}/endpoints/${encode(id)}`,
  operations: (project: string) => `/projects/${encode(project)}/operations`,
} as const;

/** Another operation of the project is under way: nothing was done, and it is safe to ask again. */
const LOCKED = 423;

/** Make the calls for one endpoint. */
export function neonCalls(
  vendor: Vendor,
  target: {
    readonly project_id: string;
    readonly endpoint_id: string;
    readonly credential: string;
  },
): NeonCalls {
  const { project_id: project, endpoint_id: id, credential } = target;
  const path = paths.endpoint(project, id);
  const read = (from: string, query: Readonly<Record<string, string>> = {}): Call => ({
    method: 'GET',
    path: from,
    query,
    credential,
    later: [LOCKED],
  });
  return {
    endpoint: async () => (await request(vendor, read(path), Endpoint)).data.endpoint,
    async operations() {
      const list = read(paths.operations(project), { limit: String(NEWEST) });
      const { operations } = (await request(vendor, list, Operations)).data;
      return operations
        .filter(({ endpoint_id }) => endpoint_id === id)
        .toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime());
    },
    async operation(operation) {
      const one = read(`${paths.operations(project)}/${encode(operation)}`);
      return (await request(vendor, one, OneOperation)).data.operation;
    },
    async restart() {
      const order: Call = { method: 'POST', path: `${path}/restart`, credential, later: [LOCKED] };
      const { status, data } = await request(vendor, order, Restarted);
      return { status, operations: data.operations.map((one) => one.id) };
    },
  };
}
