import * as z from 'zod';

/** A credential's variable begins with its platform's name: no other secret can be sent to it. */
export const RenderCredential = z
  .string()
  .regex(
    /^RENDER_[A-Z0-9_]{1,63}$/,
    'the name of an environment variable that begins with RENDER_',
  );

/** A component that runs on Render. */
export const RenderRef = z.strictObject({
  type: z.literal('render'),
  service_id: z
    .string()
    .regex(/^(srv|crn)-[A-Za-z0-9]{1,64}$/, 'a Render service id such as srv-abc123'),
  credential: RenderCredential.default('RENDER_API_KEY'),
});
