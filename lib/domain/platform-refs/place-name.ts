import * as z from 'zod';

/** The name of one of several places of a kind that the environment knows, in small letters; null is the one without. */
export const PlaceName = z
  .string()
  .regex(/^[a-z0-9_]{1,40}$/, 'a name of 1 to 40 characters of a-z 0-9 _')
  .nullable()
  .default(null);
