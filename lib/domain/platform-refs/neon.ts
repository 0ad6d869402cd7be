import * as z from 'zod';

/** The variable is called by its kind, and never `DATABASE_URL` itself, which is Forestall's own. */
const NeonConnection = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]{0,50}_DATABASE_URL$/,
    'the name of an environment variable that ends with _DATABASE_URL, such as SHOP_DATABASE_URL',
  );

const SqlName = z.string().min(1).max(63).nullable().default(null);

/** A database at Neon: one compute endpoint of a project. */
export const NeonRef = z.strictObject({
  type: z.literal('neon'),
  project_id: z.string().regex(/^[a-z0-9-]{1,60}$/, 'the id of a Neon project'),
  endpoint_id: z
    .string()
    .regex(/^ep-[a-z0-9-]{1,57}$/, 'the id of a compute endpoint such as ep-cool-darkness-123456'),
  /** The variable with the connection string by which sessions are ended; null leaves them alone. */
  connection: NeonConnection.nullable().default(null),
  /** The database whose sessions are looked at; null is the one that the connection leads to. */
  database: SqlName,
  /** The role whose sessions are looked at; null is every role that the connection may end. */
  role: SqlName,
  credential: z
    .string()
    .regex(
      /^NEON_API_KEY(_[A-Z0-9_]{1,50})?$/,
      'the name of an environment variable, NEON_API_KEY or one that begins with NEON_API_KEY_',
    )
    .default('NEON_API_KEY'),
});
export type NeonRef = z.infer<typeof NeonRef>;

/** The same as the database of a component that runs elsewhere: what it is named for needs a connection. */
export const DatabaseRef = NeonRef.extend({ connection: NeonConnection });
