import { AppError } from '../../errors.js';
import { order, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { EnvPage, EnvValue, type EnvVar, NewEnvVar } from './answers.js';
import { type EdgeCalls, edgeCalls } from './edge-calls.js';
import type { KnownEdgePaths } from './edge-paths.js';
import type { MakeCall } from './make-call.js';

/** A variable as it is made, or changed to. */
export interface EnvBody {
  readonly key: string;
  readonly value: string;
  readonly type: string;
  readonly target: readonly string[];
  readonly comment?: string;
  readonly customEnvironmentIds?: readonly string[];
}

/** The calls by which a project's configuration is read and put back. All throw as {@link request} does. */
export interface ConfigCalls extends EdgeCalls {
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
}

const id = encodeURIComponent;

/** The paths of a configuration that are changed, from the API's address on. */
export const configPaths = {
  env: (projectId: string) => `/v10/projects/${id(projectId)}/env`,
  envVar: (projectId: string, envId: string) => `/v9/projects/${id(projectId)}/env/${id(envId)}`,
} as const;

/** Whose configuration it is. */
export interface ConfigTarget {
  readonly project_id: string;
  /** Absent where the component reads none. */
  readonly edge_config?: string | undefined;
}

/**
 * Make the calls for one project.
 *
 * @param known - which path of an Edge Config works; kept by the caller from one step to the next
 */
export function configCalls(
  vendor: Vendor,
  target: ConfigTarget,
  { call, known }: { readonly call: MakeCall; readonly known: KnownEdgePaths },
): ConfigCalls {
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
    ...edgeCalls(vendor, edgeConfig, { call, known }),
  };
}
