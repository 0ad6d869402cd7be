import type { McpRef } from '../../domain/platform-refs/mcp.js';
import { mcpMappings } from '../../domain/platform-refs/mcp-mappings.js';
import type { McpPreset } from '../../domain/platform-refs/mcp-presets.js';
import { failoverWay } from '../failover-way.js';
import type { Acted, ActionRequest, Looked, Platform, Prepared, Reported } from '../platform.js';
import {
  type Called,
  nothingSeen,
  refuse,
  type VendorAction,
  type VendorStep,
} from '../vendor-action.js';
import { toolData } from './answers.js';
import { endOf, entryOf } from './entries.js';
import { fill, unheard, valuesOf } from './fill.js';
import { type McpServer, withSession } from './session.js';
import { callFault, callTool, listTools } from './tools.js';

/** What one step of an action by an MCP server works with; its target is the server's name. */
export interface McpStep extends VendorStep {
  readonly target: McpRef;
  readonly server: McpServer;
  /** The adapter that serves what the server has no tool for, and the request as it is put to it; or null. */
  readonly rest: { readonly platform: Platform; readonly request: ActionRequest } | null;
}

/** What is stored before the call, so that every later step takes the same way. */
const VIA = 'via';

/**
 * Carry an action out by a tool of an MCP server, as the component's mapping or the server's own says; by the
 * vendor's REST adapter where the server has no such tool.
 *
 * The arguments are held to the tool's schema before each call. Nothing is known of the state before, so of all but
 * a failover there is no way back. After a lost answer the mapping's reading tool is asked; without one nobody knows.
 */
export const byTool: VendorAction<McpStep> = {
  describe(step) {
    const { rest, server } = step;
    const [mapping] = mappings(step);
    if (mapping === undefined) return rest === null ? [] : rest.platform.describe(rest.request);
    return [`POST ${server.vendor.baseUrl}${server.path} (tools/call ${mapping.tool})`];
  },
  prepare,
  async act(step, prepared) {
    const rest = restOf(step, prepared);
    if (rest !== null) return rest.platform.act(rest.request, prepared);
    return withSession(step.server, async (session) => {
      const tools = await listTools(session);
      const mapping = chosen(step, prepared);
      const call = filled(step, mapping);
      const fault = callFault(tools, call);
      if (fault !== null) refuse(step, `the MCP server has changed: ${fault}`);
      await callTool(session, call);
      return result(step, `${mapping.tool} was called`);
    });
  },
  look,
  report,
};

/** The mappings that count: what is only similar gives way to the vendor's adapter. */
function mappings({ target, request, rest }: McpStep): readonly McpPreset[] {
  const { name } = request.action;
  const all = mcpMappings(target, name);
  return rest?.platform.actions.includes(name) ? all.filter(({ similar }) => !similar) : all;
}

const filled = (
  step: McpStep,
  { tool, arguments: template }: Pick<McpPreset, 'tool' | 'arguments'>,
) => ({
  tool,
  arguments: fill(template, valuesOf(step.request, step.target)),
});

async function prepare(step: McpStep): Promise<Prepared> {
  const { rest, request } = step;
  const possible = mappings(step);
  const tools =
    possible.length === 0 ? null : await withSession(step.server, (one) => listTools(one));
  const mapping = possible.find(({ tool }) => tools?.has(tool));
  if (mapping === undefined) {
    if (rest === null)
      return refuse(step, `the MCP server has no tool to ${request.action.name} it`);
    const prepared = await rest.platform.prepare(rest.request);
    return { ...prepared, before: { ...prepared.before, [VIA]: rest.platform.name } };
  }
  if (mapping.similar && !request.byPerson) {
    refuse(step, `${mapping.tool} is only similar to a ${request.action.name}: a person must ask`);
  }
  const lost = unheard(request.action, mapping.arguments);
  if (lost !== null)
    refuse(step, `${mapping.tool} is not told ${lost}, so it would do another thing`);
  const fault = callFault(tools ?? new Map(), filled(step, mapping));
  if (fault !== null) refuse(step, fault);
  const way = failoverWay(request) ?? { before: {}, after: null, inverse: null };
  return { ...way, before: { [VIA]: 'mcp', tool: mapping.tool, ...way.before } };
}

/** The mapping that was chosen before the call. */
function chosen(step: McpStep, { before }: Prepared): McpPreset {
  const { target, request } = step;
  const all = mcpMappings(target, request.action.name);
  return (
    all.find(({ tool }) => tool === before?.['tool']) ??
    refuse(step, 'the recovery does not say which tool was meant: plan it anew')
  );
}

/** The vendor's adapter, where it was chosen before the call. */
function restOf(step: McpStep, { before }: Prepared): McpStep['rest'] {
  const via = before?.[VIA];
  if (via === 'mcp') return null;
  if (step.rest !== null && via === step.rest.platform.name) return step.rest;
  return refuse(step, 'the recovery does not say how it was meant to be done: plan it anew');
}

async function look(step: McpStep, prepared: Prepared, called: Called): Promise<Looked> {
  const rest = restOf(step, prepared);
  if (rest !== null) {
    return rest.platform.look(rest.request, prepared, called.since, called.calledAt);
  }
  const seen = await entryFor(step, prepared, called.since);
  if (seen.kind === 'found') {
    return { kind: 'done', result: result(step, `${seen.by} shows that it was done`) };
  }
  return seen.kind === 'none' ? nothingSeen(step, called, seen.what) : seen;
}

/** What a reading tool shows of a recovery. */
type Seen =
  | { readonly kind: 'found'; readonly by: string; readonly end: ReturnType<typeof endOf> }
  | { readonly kind: 'none'; readonly what: string }
  | { readonly kind: 'unknown'; readonly why: string };

async function entryFor(step: McpStep, prepared: Prepared, since: Date): Promise<Seen> {
  const { look: how, tool } = chosen(step, prepared);
  if (how === null) return { kind: 'unknown', why: `no tool is named that shows what ${tool} did` };
  const answer = await withSession(step.server, (session) => callTool(session, filled(step, how)));
  const entry = entryOf(how, toolData(answer), step.request.recoveryId, since);
  if (entry === null) {
    return { kind: 'unknown', why: `${how.tool} answered no list where the mapping says` };
  }
  return entry === undefined
    ? { kind: 'none', what: `entry of it in ${how.tool}` }
    : { kind: 'found', by: how.tool, end: endOf(how, entry) };
}

async function report(
  step: McpStep,
  prepared: Prepared,
  since: Date,
  acted: Acted,
): Promise<Reported> {
  const rest = restOf(step, prepared);
  if (rest !== null) return rest.platform.report(rest.request, prepared, since, acted);
  const { look: how, tool } = chosen(step, prepared);
  // Nobody tells how it ended: the component's own samples will.
  if (how === null) return { kind: 'done', result: result(step, `${tool} was called`) };
  const seen = await entryFor(step, prepared, since);
  const end = seen.kind === 'found' ? seen.end : null;
  if (end === null) return { kind: 'pending' };
  const told = result(step, `${how.tool} tells: ${end.word}`);
  return end.success
    ? { kind: 'done', result: told }
    : { kind: 'failed', why: told.message, result: { ...told, success: false } };
}

function result({ request, targetId }: McpStep, message: string) {
  const { component, action } = request;
  const common = { success: true, service_id: targetId, component, status_code: null, message };
  return action.name === 'rollback'
    ? { ...common, rollback_type: action.rollback_type, from_state: null, to_state: null }
    : common;
}
