import * as z from 'zod';
import { RenderCredential } from './render.js';

/** A Postgres database at Render. */
export const RenderPostgresRef = z.strictObject({
  type: z.literal('render_postgres'),
  postgres_id: z
    .string()
    .regex(
      /^dpg-[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
      'the id of a Render database such as dpg-abc123-a',
    ),
  /** Whether it has a standby: only then is it ever failed over. */
  high_availability: z.boolean().default(false),
  credential: RenderCredential.default('RENDER_API_KEY'),
});
export type RenderPostgresRef = z.infer<typeof RenderPostgresRef>;
