import type { ActionName } from '../../domain/decide/action.js';
import type { McpRef } from '../../domain/platform-refs/mcp.js';
import { mcpActions, mcpMappings } from '../../domain/platform-refs/mcp-mappings.js';
import { AppError } from '../../errors.js';
import type { Tool } from './answers.js';
import { fill, openValues } from './fill.js';
import { type McpServer, withSession } from './session.js';
import { callFault, listTools, type ToolCall } from './tools.js';

/**
 * Hold a component's mappings to what its server offers now.
 *
 * @throws {AppError} `invalid`, naming the action and the argument; as the session does when the server cannot
 * be asked
 */
export async function checkMappings(
  server: McpServer,
  target: McpRef,
  component: string,
): Promise<void> {
  const actions = mcpActions(target);
  if (actions.length === 0 && target.rest === null) {
    throw new AppError(
      'invalid',
      'nothing is mapped: name `actions`, a `rest`, or the parameters of what comes with the server',
    );
  }
  const tools = await withSession(server, (session) => listTools(session));
  for (const action of actions) {
    for (const call of callsOf(tools, target, action, component)) {
      const fault = callFault(tools, call);
      if (fault !== null) {
        throw new AppError('invalid', `${action} by ${server.vendor.name}: ${fault}`);
      }
    }
  }
}

/** The calls that an action can come to; none where the REST adapter takes the place of a missing tool. */
function callsOf(
  tools: ReadonlyMap<string, Tool>,
  target: McpRef,
  action: ActionName,
  component: string,
): readonly ToolCall[] {
  const all = mcpMappings(target, action);
  const isOwn = action in target.actions;
  const found = all.find(({ tool }) => tools.has(tool));
  const mapping = found ?? (isOwn || target.rest === null ? all[0] : undefined);
  if (mapping === undefined) return [];
  const values = openValues(action, component, target);
  return [mapping, ...(mapping.look === null ? [] : [mapping.look])].map((one) => ({
    tool: one.tool,
    arguments: fill(one.arguments, values),
  }));
}
