import * as z from 'zod';
import { ActionName } from './decide/action.js';
import { StatedLimits } from './metrics.js';
import { FlyRef } from './platform-refs/fly.js';
import { WebhookRef } from './platform-refs/webhook.js';

/** A component's name: also the name of a group and of an instance. */
export const ComponentName = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'a name has 1 to 128 characters of A-Z a-z 0-9 . _ : -');

/** What Forestall may do by itself: say, ask first, or act. */
export const Mode = z.enum(['observe', 'approve', 'auto']);
export type Mode = z.infer<typeof Mode>;

/** A credential's variable begins with its platform's name: no other secret can be sent to it. */
const RenderCredential = z
  .string()
  .regex(
    /^RENDER_[A-Z0-9_]{1,63}$/,
    'the name of an environment variable that begins with RENDER_',
  );

/** Narrower than for Render: Vercel itself sets many variables that begin so, and they are no tokens. */
const VercelCredential = z
  .string()
  .regex(
    /^VERCEL_TOKEN(_[A-Z0-9_]{1,50})?$/,
    'the name of an environment variable, VERCEL_TOKEN or one that begins with VERCEL_TOKEN_',
  );

const GitHubCredential = z
  .string()
  .regex(
    /^GITHUB_TOKEN(_[A-Z0-9_]{1,50})?$/,
    'the name of an environment variable, GITHUB_TOKEN or one that begins with GITHUB_TOKEN_',
  );

const InputName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, 'the name of an input');

/** How a component that is deployed through GitHub is rolled back. */
const GitHubRollback = z.discriminatedUnion('by', [
  /** By a deployment of the previous commit: whatever listens to deployments carries it out. */
  z.strictObject({ by: z.literal('deployment') }),
  /** By the team's own workflow, which must know `workflow_dispatch`. */
  z.strictObject({
    by: z.literal('workflow'),
    workflow: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ya?ml$/, 'a file name such as rollback.yml'),
    /** The branch whose version of the workflow runs. */
    ref: z.string().min(1).max(255).default('main'),
    /** The input that is told the commit to return to; null where the workflow finds it. */
    version_input: InputName.nullable().default(null),
    inputs: z
      .record(InputName, z.string().max(1000))
      .refine((inputs) => Object.keys(inputs).length <= 20, 'at most 20 inputs')
      .default({}),
  }),
]);

/** Where a component runs, and how its platform knows it. Credentials are named, never stored. */
export const PlatformRef = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('render'),
    service_id: z
      .string()
      .regex(/^(srv|crn)-[A-Za-z0-9]{1,64}$/, 'a Render service id such as srv-abc123'),
    credential: RenderCredential.default('RENDER_API_KEY'),
  }),
  z.strictObject({
    type: z.literal('vercel'),
    project_id: z
      .string()
      .regex(/^prj_[A-Za-z0-9]{1,64}$/, 'a Vercel project id such as prj_abc123'),
    /** Of every project that a team owns. */
    team_id: z
      .string()
      .regex(/^team_[A-Za-z0-9]{1,64}$/, 'a Vercel team id such as team_abc123')
      .optional(),
    /** On Hobby only the previous deployment can be returned to; anything above is `pro`. */
    plan: z.enum(['hobby', 'pro']).default('hobby'),
    credential: VercelCredential.default('VERCEL_TOKEN'),
  }),
  z.strictObject({
    type: z.literal('github'),
    repository: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
        'a repository such as owner/name',
      ),
    environment: z.string().min(1).max(255).default('production'),
    rollback: GitHubRollback,
    credential: GitHubCredential.default('GITHUB_TOKEN'),
  }),
  FlyRef,
  WebhookRef,
  z.strictObject({ type: z.literal('agent') }),
]);
export type PlatformRef = z.infer<typeof PlatformRef>;

/** A component as a person configures it. */
export const ComponentConfig = z.strictObject({
  platform: PlatformRef.default({ type: 'none' }),
  mode: Mode.default('observe'),
  modes: z.partialRecord(ActionName, Mode).default({}),
  limits: StatedLimits.default({}),
  scale: z
    .strictObject({ min: z.number().int().min(1), max: z.number().int().min(1).max(1000) })
    .refine((bounds) => bounds.min <= bounds.max, 'min must not exceed max')
    .nullable()
    .default(null),
  depends_on: z.array(ComponentName).max(100).default([]),
  group: ComponentName.nullable().default(null),
  health_url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullable()
    .default(null),
  /** External names by which webhooks and collectors know it: `source:id`. */
  refs: z
    .array(z.strictObject({ source: z.string().min(1).max(64), id: z.string().min(1).max(256) }))
    .max(50)
    .default([]),
  labels: z.record(z.string().max(64), z.string().max(256)).default({}),
});
export type ComponentConfig = z.infer<typeof ComponentConfig>;

/** A registered component. */
export interface Component extends ComponentConfig {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
}
