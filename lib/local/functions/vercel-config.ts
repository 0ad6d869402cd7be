import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { fitsPattern } from './pattern.js';

const FunctionSettings = z.object({
  /** Seconds. */
  maxDuration: z.int().positive().optional(),
  includeFiles: z.string().optional(),
});

/** The part of `vercel.json` that is used here; the platform's own compiler checks the routes. */
export const VercelConfig = z.object({
  functions: z.record(z.string(), FunctionSettings).default({}),
  rewrites: z.array(z.looseObject({ source: z.string(), destination: z.string() })).default([]),
  redirects: z.array(z.looseObject({ source: z.string(), destination: z.string() })).default([]),
  headers: z
    .array(
      z.looseObject({
        source: z.string(),
        headers: z.array(z.object({ key: z.string(), value: z.string() })),
      }),
    )
    .default([]),
  cleanUrls: z.boolean().optional(),
  trailingSlash: z.boolean().optional(),
  crons: z.array(z.object({ path: z.string(), schedule: z.string() })).default([]),
});

/** A project's `vercel.json`. */
export type VercelConfig = z.infer<typeof VercelConfig>;

/**
 * Read a project's `vercel.json`.
 *
 * @throws {Error} naming the first thing in it that cannot be
 */
export async function readVercelConfig(root: string): Promise<VercelConfig> {
  const file = path.join(root, 'vercel.json');
  const parsed = VercelConfig.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${file}: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** What `vercel.json` says of one function: the first pattern that fits its file decides, whole. */
export function settingsOf(
  { functions }: VercelConfig,
  entrypoint: string,
): z.infer<typeof FunctionSettings> {
  const found = Object.entries(functions).find(([pattern]) => fitsPattern(pattern, entrypoint));
  return found?.[1] ?? {};
}
