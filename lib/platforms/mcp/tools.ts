import { AppError } from '../../errors.js';
import { type Tool, ToolPage, type ToolResult, ToolResult as ToolResultSchema } from './answers.js';
import { argumentFault } from './arguments.js';
import type { McpSession } from './session.js';

/** Pages of a list of tools that are read, at most. */
const MAX_PAGES = 20;

/** A tool as it is to be called. */
export interface ToolCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** All that a server offers, by name. @throws {AppError} as the session does */
export async function listTools(session: McpSession): Promise<ReadonlyMap<string, Tool>> {
  const tools = new Map<string, Tool>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const { tools: some, nextCursor } = await session.ask('tools/list', params, ToolPage);
    for (const tool of some) tools.set(tool.name, tool);
    if (nextCursor === undefined || nextCursor === '') return tools;
    cursor = nextCursor;
  }
  throw new AppError('upstream_refused', `${session.name}: tools/list has no end`);
}

/** What speaks against a call, by what the server says of its tool; null when nothing does. */
export function callFault(
  tools: ReadonlyMap<string, Tool>,
  { tool: name, arguments: given }: ToolCall,
): string | null {
  const tool = tools.get(name);
  if (tool === undefined) return `it offers no tool ${name}`;
  const fault = argumentFault(tool.inputSchema, given);
  return fault === null ? null : `${name}: ${fault}`;
}

/**
 * Call a tool, once.
 *
 * @throws {AppError} `upstream_refused` when it answers that it failed; its words are not told, they may hold
 * whatever it was given; else as the session does
 */
export async function callTool(session: McpSession, call: ToolCall): Promise<ToolResult> {
  const params = { name: call.tool, arguments: call.arguments };
  const result = await session.ask('tools/call', params, ToolResultSchema);
  if (!result.isError) return result;
  throw new AppError('upstream_refused', `${session.name}: ${call.tool} answered that it failed`);
}
