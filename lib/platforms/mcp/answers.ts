import * as z from 'zod';

/** An answer to a request of ours, by JSON-RPC. */
export const RpcAnswer = z.union([
  z.object({ id: z.number(), result: z.record(z.string(), z.unknown()) }),
  z.object({ id: z.number().nullish(), error: z.object({ code: z.number() }) }),
]);
export type RpcAnswer = z.infer<typeof RpcAnswer>;

/** What is read of the answer to `initialize`. */
export const Initialized = z.object({ protocolVersion: z.string() });

/** A tool that a server offers. */
export const Tool = z.object({
  name: z.string(),
  inputSchema: z.record(z.string(), z.unknown()).default({}),
});
export type Tool = z.infer<typeof Tool>;

/** One page of a server's tools. */
export const ToolPage = z.object({ tools: z.array(Tool), nextCursor: z.string().optional() });

/** What a tool answered. */
export const ToolResult = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })).default([]),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().default(false),
});
export type ToolResult = z.infer<typeof ToolResult>;

/**
 * What a tool answered, as data: structured, or the first text as JSON. Some tools write words after it.
 *
 * @returns undefined where there is neither
 */
export function toolData({ content, structuredContent }: ToolResult): unknown {
  if (structuredContent !== undefined) return structuredContent;
  const text = content.find((one) => one.type === 'text')?.text ?? '';
  return json(text) ?? json(text.slice(0, Math.max(0, text.indexOf('\n\n'))));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
