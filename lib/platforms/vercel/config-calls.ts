import * as z from 'zod';
import { AppError } from '../../errors.js';
import { type Call, order, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { EdgeItem, EnvPage, EnvValue, type EnvVar, NewEnvVar } from './answers.js';

/** A variable as it is made, or changed to. */
export interface EnvBody {
  readonly key: string;
  readonly value: string;
  readonly type: string;
  readonly target: readonly string[];
  readonly comment?: string;
  readonly customEnvironmentIds?: readonly string[];
}

/** A change of one item of an Edge Config. */
export type EdgeChange =
  | {
      readonly operation: 'upsert';
      readonly key: string;
      readonly value: unknown;
      readonly description: string;
    }
  | { readonly operation: 'delete'; readonly key: string };

/** The calls by which a project's configuration is read and put back. All throw as {@link request} does. */
export interface ConfigCalls {
  /** All variables as they are listed, values that are encrypted among them. */
  settings(): Promise<readonly EnvVar[]>;
  /** The same, with what the list decrypts. */
  envVars(): Promise<readonly EnvVar[]>;
  /** One by itself, decrypted where the token may. */
  envVar(id: string): Promise<EnvValue>;
  createEnvVar(body: EnvBody): Promise<number>;
  /** What is left out stays as it is. */
  editEnvVar(id: string, body: Partial<Omit<EnvBody, 'key'>>): Promise<number>;
  removeEnvVar(id: string): Promise<number>;
  /** The items of the component's Edge Config; null where it names none. */
  edgeItems(): Promise<readonly EdgeItem[] | null>;
  /** Change items, all or none of them. */
  changeEdgeItems(items: readonly EdgeChange[]): Promise<number>;
}

/** Make a call in the scope of the project's team. */
export type MakeCall = (
  method: Call['method'],
  path: string,
  parts?: Pick<Call, 'query' | 'body'>,
) => Call;

const id = encodeURIComponent;

/** The paths of a configuration that are changed, from the API's address on. */
export const configPaths = {
  env: (projectId: string) => `/v10/projects/${id(projectId)}/env`,
  envVar: (projectId: string, envId: string) => `/v9/projects/${id(projectId)}/env/${id(envId)}`,
  /** Called Global Config by now; this path goes on, and is the one under which changes are described. */
  edgeItems: (edgeConfigId: string) => `/v1/edge-config/${id(edgeConfigId)}/items`,
} as const;

/** Whose configuration it is. */
export interface ConfigTarget {
  readonly project_id: string;
  /** Absent where the component reads none. */
  readonly edge_config?: string | undefined;
}

/** Make the calls for one project. */
export function configCalls(vendor: Vendor, target: ConfigTarget, call: MakeCall): ConfigCalls {
  const { project_id: projectId, edge_config: edgeConfig } = target;
  const env = configPaths.env(projectId);
  const one = (envId: string) => configPaths.envVar(projectId, envId);
  const list = async (query: Readonly<Record<string, string>>) => {
    const { data } = await request(vendor, call('GET', env, { query }), EnvPage);
    if (data.pagination?.next == null) return data.envs;
    // A part of them, put back, would take the rest away.
    throw new AppError('upstream_refused', 'Vercel shows more variables than one answer holds');
  };
  return {
    settings: () => list({}),
    envVars: () => list({ decrypt: 'true' }),
    envVar: async (envId) => {
      const path = `/v1/projects/${id(projectId)}/env/${id(envId)}`;
      return (await request(vendor, call('GET', path), EnvValue)).data;
    },
    createEnvVar: async (body) => {
      const { status, data } = await request(vendor, call('POST', env, { body }), NewEnvVar);
      if (data.failed.length === 0) return status;
      throw new AppError('upstream_refused', `Vercel did not take the variable ${body.key}`);
    },
    editEnvVar: (envId, body) => order(vendor, call('PATCH', one(envId), { body })),
    removeEnvVar: (envId) => order(vendor, call('DELETE', one(envId))),
    ...edgeCalls(vendor, edgeConfig, call),
  };
}

function edgeCalls(
  vendor: Vendor,
  edgeConfig: string | undefined,
  call: MakeCall,
): Pick<ConfigCalls, 'edgeItems' | 'changeEdgeItems'> {
  const path = edgeConfig === undefined ? null : configPaths.edgeItems(edgeConfig);
  return {
    edgeItems: async () =>
      path === null ? null : (await request(vendor, call('GET', path), z.array(EdgeItem))).data,
    changeEdgeItems: (items) =>
      path === null
        ? Promise.reject(new AppError('refused', 'the component names no Edge Config'))
        : order(vendor, { ...call('PATCH', path, { body: { items } }), later: [409, 412] }),
  };
}
