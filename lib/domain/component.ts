import * as z from 'zod';
import { ActionName } from './decide/action.js';
import { StatedLimits } from './metrics.js';
import { FlyRef } from './platform-refs/fly.js';
import { GitHubRef } from './platform-refs/github.js';
import { KubernetesRef } from './platform-refs/kubernetes.js';
import { McpRef } from './platform-refs/mcp.js';
import { DatabaseRef, NeonRef } from './platform-refs/neon.js';
import { RenderRef } from './platform-refs/render.js';
import { RenderPostgresRef } from './platform-refs/render-postgres.js';
import { VercelRef } from './platform-refs/vercel.js';
import { WebhookRef } from './platform-refs/webhook.js';
import { ProviderRef } from './provider-name.js';

/** A component's name: also the name of a group and of an instance. */
export const ComponentName = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'a name has 1 to 128 characters of A-Z a-z 0-9 . _ : -');

/** What Forestall may do by itself: say, ask first, or act. */
export const Mode = z.enum(['observe', 'approve', 'auto']);
export type Mode = z.infer<typeof Mode>;

/** Where a component runs, and how its platform knows it. Credentials are named, never stored. */
export const PlatformRef = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  RenderRef,
  RenderPostgresRef,
  VercelRef,
  GitHubRef,
  FlyRef,
  McpRef,
  KubernetesRef,
  NeonRef,
  WebhookRef,
  z.strictObject({ type: z.literal('agent') }),
]);
export type PlatformRef = z.infer<typeof PlatformRef>;

/** A component as a person configures it. */
export const ComponentConfig = z.strictObject({
  platform: PlatformRef.default({ type: 'none' }),
  /** The database that it uses, where that is elsewhere than on its platform: its connections are reset there. */
  database: DatabaseRef.nullable().default(null),
  mode: Mode.default('observe'),
  modes: z.partialRecord(ActionName, Mode).default({}),
  limits: StatedLimits.default({}),
  scale: z
    .strictObject({ min: z.number().int().min(1), max: z.number().int().min(1).max(1000) })
    .refine((bounds) => bounds.min <= bounds.max, 'min must not exceed max')
    .nullable()
    .default(null),
  depends_on: z.array(ComponentName).max(100).default([]),
  /** The registered component that can take its place when it is down. */
  standby: ComponentName.nullable().default(null),
  /** Providers that it leans on besides its platform, or the part of its platform that matters. */
  providers: z.array(ProviderRef).max(20).default([]),
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
