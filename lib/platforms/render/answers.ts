import * as z from 'zod';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** What is read of a Render service. */
export const Service = z.object({
  type: z.string(),
  suspended: z.string(),
  suspenders: z.array(z.string()).default([]),
  autoDeploy: z.enum(['yes', 'no']),
  autoDeployTrigger: z.string().optional(),
  serviceDetails: z
    .object({
      numInstances: z.number().int().optional(),
      autoscaling: z.object({ enabled: z.boolean() }).nullish(),
    })
    .default({}),
});
export type Service = z.infer<typeof Service>;

/** What is read of one running instance. */
export const Instance = z.object({ id: z.string(), createdAt: instant });
export type Instance = z.infer<typeof Instance>;

/** What is read of a deploy. Without the instant of its creation it could not be put in order. */
export const Deploy = z.object({
  id: z.string().min(1),
  status: z.string(),
  trigger: z.string().optional(),
  createdAt: instant,
  finishedAt: instant.nullish(),
  artifactId: z.string().nullish(),
  commit: z.object({ id: z.string().nullish() }).nullish(),
  image: z.object({ ref: z.string().nullish(), sha: z.string().nullish() }).nullish(),
});
export type Deploy = z.infer<typeof Deploy>;

/** One page of a service's deploys. */
export const DeployPage = z.array(z.object({ deploy: Deploy, cursor: z.string().optional() }));

/** The answer to a rollback; null when it is unreadable, since the status has said that it was accepted. */
export const NewDeploy = z
  .object({ id: z.string().min(1) })
  .nullable()
  .catch(null);

/** One page of a service's own environment variables. */
export const EnvVarPage = z.array(
  z.object({
    envVar: z.object({ key: z.string().min(1), value: z.string() }),
    cursor: z.string().optional(),
  }),
);
