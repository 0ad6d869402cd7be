import * as z from 'zod';
import { ActionName } from './decide/action.js';
import { StatedLimits } from './metrics.js';

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
