import * as z from 'zod';

/** Narrower than for Render: Vercel itself sets many variables that begin so, and they are no tokens. */
const VercelCredential = z
  .string()
  .regex(
    /^VERCEL_TOKEN(_[A-Z0-9_]{1,50})?$/,
    'the name of an environment variable, VERCEL_TOKEN or one that begins with VERCEL_TOKEN_',
  );

/** A component that runs on Vercel. */
export const VercelRef = z.strictObject({
  type: z.literal('vercel'),
  project_id: z.string().regex(/^prj_[A-Za-z0-9]{1,64}$/, 'a Vercel project id such as prj_abc123'),
  /** Of every project that a team owns. */
  team_id: z
    .string()
    .regex(/^team_[A-Za-z0-9]{1,64}$/, 'a Vercel team id such as team_abc123')
    .optional(),
  /** The Edge Config (Global Config) that it reads: its items are part of what is rolled back. */
  edge_config: z
    .string()
    .regex(/^ecfg_[A-Za-z0-9]{1,64}$/, 'a Vercel Edge Config id such as ecfg_abc123')
    .optional(),
  /** On Hobby only the previous deployment can be returned to; anything above is `pro`. */
  plan: z.enum(['hobby', 'pro']).default('hobby'),
  credential: VercelCredential.default('VERCEL_TOKEN'),
});
