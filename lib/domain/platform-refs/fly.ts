import * as z from 'zod';

/** A component that runs as one process group of a Fly.io app. */
export const FlyRef = z.strictObject({
  type: z.literal('fly'),
  app: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'the name of a Fly.io app'),
  process_group: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,63}$/, 'the name of a process group')
    .default('app'),
  credential: z
    .string()
    .regex(
      /^FLY_API_TOKEN(_[A-Z0-9_]{1,50})?$/,
      'the name of an environment variable, FLY_API_TOKEN or one that begins with FLY_API_TOKEN_',
    )
    .default('FLY_API_TOKEN'),
});
