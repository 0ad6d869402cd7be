import * as z from 'zod';
import { ActionName } from '../decide/action.js';
import { GitHubRef } from './github.js';
import { RenderRef } from './render.js';
import { VercelRef } from './vercel.js';

const ToolName = z.string().regex(/^[A-Za-z0-9_./-]{1,128}$/, 'the name of a tool');

/** Characters of one set of arguments as JSON, at most. */
const MAX_ARGUMENTS = 16_384;

/** Arguments of a tool; strings in them may hold `{{names}}` that each call fills in. */
const Arguments = z
  .record(z.string().min(1).max(128), z.json())
  .refine((given) => JSON.stringify(given).length <= MAX_ARGUMENTS, 'at most 16 KB of arguments');

const Path = z.string().regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,7}$/, 'a path such as run.id');

const Plain = z.union([z.string().max(256), z.number(), z.boolean(), z.null()]);

/** A tool that only reads, and shows whether an action was done, and how it ended. */
const McpLook = z
  .strictObject({
    tool: ToolName,
    arguments: Arguments.default({}),
    /** Where in the answer the entries are; null where the answer itself is the list, or the one entry. */
    list: Path.nullable().default(null),
    /** What an entry must hold besides. */
    where: z.record(Path, Plain).default({}),
    /** Where an entry says when it was made: what is older than the first call is not ours. */
    created: Path.nullable().default(null),
    /** Where an entry repeats the recovery's id. */
    marked: Path.nullable().default(null),
    /** Where an entry says how it ended; without it an entry that is there has ended well. */
    ended: z
      .strictObject({ at: Path, success: z.array(Plain).min(1), failed: z.array(Plain) })
      .nullable()
      .default(null),
  })
  .refine(
    ({ created, marked }) => created !== null || marked !== null,
    'name `created` or `marked`, by which the entry of this recovery is known',
  );

/** How one action is carried out by a tool. */
export const McpMapping = z.strictObject({
  tool: ToolName,
  arguments: Arguments.default({}),
  /** Without it nobody knows after a lost answer whether it was done, and a person is asked. */
  look: McpLook.nullable().default(null),
});
export type McpMapping = z.infer<typeof McpMapping>;

/** A component whose actions are carried out by tools of an MCP server. */
export const McpRef = z.strictObject({
  type: z.literal('mcp'),
  /** Which of the installation's servers: `render`, `github`, or a name in `MCP_SERVERS`. */
  server: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a name of 1 to 40 characters of a-z 0-9 _'),
  /** Values for `{{names}}` in arguments. */
  parameters: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'the name of a parameter'), z.json())
    .refine((given) => JSON.stringify(given).length <= MAX_ARGUMENTS, 'at most 16 KB')
    .default({}),
  /** The component's own mappings; they go over those that come with a server. */
  actions: z.partialRecord(ActionName, McpMapping).default({}),
  /** Who serves what the server has no tool for. */
  rest: z.discriminatedUnion('type', [RenderRef, VercelRef, GitHubRef]).nullable().default(null),
});
export type McpRef = z.infer<typeof McpRef>;
