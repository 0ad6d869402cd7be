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

/** When the project's settings were changed; their values are not kept. */
export const Settings = z.object({
  envs: z.array(
    z.object({
      key: z.string(),
      target: z.union([z.string(), z.array(z.string())]).optional(),
      createdAt: z.number().optional(),
      updatedAt: z.number().optional(),
    }),
  ),
});
export type Settings = z.infer<typeof Settings>;

/** The answer to a redeploy; null when it is unreadable, since the status has said that it was accepted. */
export const NewDeployment = z
  .object({ id: z.string().min(1) })
  .nullable()
  .catch(null);
