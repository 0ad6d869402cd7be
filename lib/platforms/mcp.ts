import type { PlatformRef } from '../domain/component.js';
import { ActionName } from '../domain/decide/action.js';
import type { McpRef } from '../domain/platform-refs/mcp.js';
import { AppError } from '../errors.js';
import { byTool, type McpStep } from './mcp/by-tool.js';
import { checkMappings } from './mcp/check-mappings.js';
import { type McpPlaces, openMcpServer } from './mcp/servers.js';
import type { McpServer } from './mcp/session.js';
import type { ActionRequest, Platform } from './platform.js';
import { vendorPlatform } from './vendor-action.js';

/** How the bridge to MCP servers is built. */
export interface McpOptions extends McpPlaces {
  /** The adapters that serve what a server has no tool for. */
  readonly rest: Readonly<Record<NonNullable<McpRef['rest']>['type'], Platform>>;
  /** How long what was asked for may take to show, milliseconds; 30 s by default. */
  readonly settleMs?: number;
}

const SETTLE_MS = 30_000;

/** What tools in general can be asked for; which of it a component's can do, its mappings say. */
export const MCP_ACTIONS: Platform['actions'] = ActionName.options;

/**
 * Any MCP server over streamable HTTP as a {@link Platform}: an action is mapped to a tool.
 *
 * Servers stand in the environment, under the name that a component gives; Render's and GitHub's are known.
 */
export function mcpPlatform({ rest, settleMs = SETTLE_MS, ...places }: McpOptions): Platform {
  const opened = new Map<string, McpServer>();
  const open = (name: string): McpServer => {
    const server = opened.get(name) ?? openMcpServer(places, name);
    opened.set(name, server);
    return server;
  };
  const restFor = (request: ActionRequest, { rest: target }: McpRef): McpStep['rest'] =>
    target === null ? null : { platform: rest[target.type], request: { ...request, target } };
  const platform = vendorPlatform({
    name: 'mcp',
    title: 'its MCP server',
    narrows: true,
    // Each server has an address of its own, which its calls are told with.
    baseUrl: '',
    can: MCP_ACTIONS,
    actions: Object.fromEntries(MCP_ACTIONS.map((name) => [name, byTool])),
    step: (request) => {
      const target = targetOf(request.target, request.component);
      return {
        request,
        target,
        targetId: target.server,
        server: open(target.server),
        rest: restFor(request, target),
        now: places.now(),
        settleMs,
      };
    },
  });
  return {
    ...platform,
    check: (given, component) => {
      const target = targetOf(given, component);
      return checkMappings(open(target.server), target, component);
    },
  };
}

function targetOf(target: PlatformRef, component: string): McpRef {
  if (target.type === 'mcp') return target;
  throw new AppError('refused', `${component} is not looked after by an MCP server`);
}
