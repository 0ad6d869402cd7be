import { ActionName } from '../decide/action.js';
import type { McpRef } from './mcp.js';
import { MCP_PRESETS, type McpPreset } from './mcp-presets.js';

type Mapped = Pick<McpRef, 'server' | 'actions' | 'parameters'>;

/** How one action can be carried out, the preferred way first; a component's own goes over the server's. */
export function mcpMappings(
  { server, actions, parameters }: Mapped,
  action: ActionName,
): readonly McpPreset[] {
  const own = actions[action];
  if (own !== undefined) return [{ ...own, similar: false }];
  const presets = MCP_PRESETS[server]?.[action] ?? [];
  // Without its parameters a mapping that comes with the server was not meant.
  return presets.filter((preset) => needs(preset).every((name) => name in parameters));
}

/** The names that a mapping's arguments cannot do without. */
const needs = (preset: McpPreset): readonly string[] =>
  [...JSON.stringify(preset.arguments).matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);

/** The actions that a component's server is to carry out. */
export function mcpActions(mapped: Mapped): readonly ActionName[] {
  return ActionName.options.filter((name) => mcpMappings(mapped, name).length > 0);
}
