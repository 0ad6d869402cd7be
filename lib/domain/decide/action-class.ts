import type { PlatformRef } from '../component.js';
import type { McpRef } from '../platform-refs/mcp.js';
import { mcpMappings } from '../platform-refs/mcp-mappings.js';
import { ACTION_CLASS, type ActionClass, type ActionName } from './action.js';

/**
 * The class of an action where it is carried out: that of its name, unless Forestall cannot take it back there.
 *
 * - A revert that Forestall merges by itself: what is on a branch that others build upon is taken back by a person
 *   alone. One that a person merges is reversible, since the pull request can be closed.
 * - A workflow that is not told the version, a webhook that takes nothing back, or a tool of an MCP server: where it
 *   went back from, they know.
 * - A failover of a database at Render: it does not say which of the two leads, so no way leads back for certain.
 * - A number of copies that a webhook or a tool is told is safe to tell it again.
 */
export function classOf(action: ActionName, place: PlatformRef): ActionClass {
  if (place.type === 'mcp') return classByTool(action, place);
  if (action === 'rollback' && !returns(place)) return 'other';
  if (action === 'scale' && place.type === 'webhook' && !place.takes_back) return 'repeatable';
  if (action === 'fail_over' && place.type === 'render_postgres') return 'other';
  return ACTION_CLASS[action];
}

/** Whether a rollback there can be taken back. */
function returns(place: PlatformRef): boolean {
  if (place.type === 'webhook') return place.takes_back;
  if (place.type !== 'github') return true;
  const { rollback } = place;
  if (rollback.by === 'workflow') return rollback.version_input !== null;
  return !(rollback.by === 'revert' && rollback.merge);
}

/** What a server has no tool for, the vendor's adapter does. */
function classByTool(action: ActionName, place: McpRef): ActionClass {
  if (mcpMappings(place, action).length === 0) {
    return place.rest === null ? ACTION_CLASS[action] : classOf(action, place.rest);
  }
  if (action === 'rollback') return 'other';
  return action === 'scale' ? 'repeatable' : ACTION_CLASS[action];
}
