import * as z from 'zod';

const instant = z.number().transform((epochMs) => new Date(epochMs));

/** The last instant rollback or promote of a project. */
export const AliasRequest = z.object({
  fromDeploymentId: z.string(),
  toDeploymentId: z.string(),
  jobStatus: z.string(),
  requestedAt: instant,
  type: z.string(),
});
export type AliasRequest = z.infer<typeof AliasRequest>;

/** What is read of a Vercel project. Whether it assigns domains must be known: it decides what goes live. */
export const Project = z.object({
  autoAssignCustomDomains: z.boolean(),
  paused: z.boolean().default(false),
  lastAliasRequest: AliasRequest.nullish(),
  targets: z.object({ production: z.object({ id: z.string().min(1) }).nullish() }).default({}),
});
export type Project = z.infer<typeof Project>;

/** What is read of a production deployment. */
export const Deployment = z.object({
  uid: z.string().min(1),
  name: z.string().min(1),
  created: instant,
  /** When it was built. */
  ready: instant.nullish(),
  /** When its domains were assigned; only whether they are, as Vercel may tell instead, says nothing here. */
  aliasAssigned: z.union([instant, z.boolean().transform(() => null)]).nullish(),
  state: z.string(),
  readySubstate: z.string().nullish(),
  isRollbackCandidate: z.boolean().nullish(),
  meta: z.record(z.string(), z.unknown()).default({}),
});
export type Deployment = z.infer<typeof Deployment>;

/** One page of a project's deployments. */
export const DeploymentPage = z.object({
  deployments: z.array(Deployment),
  pagination: z.object({ next: z.number().nullish() }),
});

const targets = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((one) => (typeof one === 'string' ? [one] : one));

/** One environment variable of a project. */
export const EnvVar = z.object({
  id: z.string().min(1),
  key: z.string().min(1),
  type: z.string(),
  /** Readable where it is plain, or where it was decrypted. */
  value: z.string().default(''),
  decrypted: z.boolean().default(false),
  target: targets,
  /** The branch whose previews it is for, alone. */
  gitBranch: z.string().nullish(),
  /** The integration that sets it. */
  configurationId: z.string().nullish(),
  comment: z.string().nullish(),
  customEnvironmentIds: z.array(z.string()).nullish(),
  createdAt: z.number().default(0),
  updatedAt: z.number().default(0),
});
export type EnvVar = z.infer<typeof EnvVar>;

/** All environment variables of a project; `next` tells that there are more. */
export const EnvPage = z.object({
  envs: z.array(EnvVar),
  pagination: z.object({ next: z.number().nullish() }).nullish(),
});

/** One environment variable, asked for by itself; without a value where it may not be told. */
export const EnvValue = z.object({
  decrypted: z.boolean().default(false),
  value: z.string().optional(),
});
export type EnvValue = z.infer<typeof EnvValue>;

/** The answer to a new variable; what is unreadable says nothing, since the status has said that it was taken. */
export const NewEnvVar = z.object({ failed: z.array(z.unknown()) }).catch({ failed: [] });

/** One item of an Edge Config. */
export const EdgeItem = z.object({
  key: z.string().min(1),
  value: z.json(),
  description: z.string().nullish(),
  updatedAt: instant,
});
export type EdgeItem = z.infer<typeof EdgeItem>;

/** The answer to a redeploy; null when it is unreadable, since the status has said that it was accepted. */
export const NewDeployment = z
  .object({ id: z.string().min(1) })
  .nullable()
  .catch(null);
