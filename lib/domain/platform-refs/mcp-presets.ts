import type { ActionName } from '../decide/action.js';
import type { McpMapping } from './mcp.js';

/** A mapping that comes with a server. */
export interface McpPreset extends McpMapping {
  /**
   * It does something like the action, not the action itself: only a person may ask for it, and the REST adapter
   * is preferred to it.
   */
  readonly similar: boolean;
}

const WORKFLOW = { owner: '{{owner}}', repo: '{{repo}}' } as const;

/** How a run of a workflow is found among those that were asked for. */
const RUNS: Omit<NonNullable<McpMapping['look']>, 'tool' | 'arguments'> = {
  list: 'workflow_runs',
  where: { event: 'workflow_dispatch' },
  created: 'created_at',
  marked: null,
  ended: {
    at: 'conclusion',
    success: ['success'],
    failed: [
      ...['failure', 'cancelled', 'timed_out', 'startup_failure'],
      ...['action_required', 'neutral', 'skipped', 'stale'],
    ],
  },
};

/**
 * What the vendors' own servers have tools for. Of several for one action the first that the server knows is
 * taken: older versions of GitHub's server have a tool for each method.
 *
 * @see https://github.com/github/github-mcp-server
 * @see https://github.com/render-oss/render-mcp-server
 */
export const MCP_PRESETS: Readonly<
  Record<string, Readonly<Partial<Record<ActionName, readonly McpPreset[]>>>>
> = {
  github: {
    rollback: [
      {
        tool: 'actions_run_trigger',
        arguments: {
          method: 'run_workflow',
          ...WORKFLOW,
          workflow_id: '{{workflow}}',
          ref: '{{ref}}',
          inputs: '{{inputs?}}',
        },
        look: {
          tool: 'actions_list',
          arguments: {
            method: 'list_workflow_runs',
            ...WORKFLOW,
            resource_id: '{{workflow}}',
            per_page: 100,
            workflow_runs_filter: { event: 'workflow_dispatch' },
          },
          ...RUNS,
        },
        similar: false,
      },
      {
        tool: 'run_workflow',
        arguments: {
          ...WORKFLOW,
          workflow_id: '{{workflow}}',
          ref: '{{ref}}',
          inputs: '{{inputs?}}',
        },
        look: {
          tool: 'list_workflow_runs',
          arguments: {
            ...WORKFLOW,
            workflow_id: '{{workflow}}',
            perPage: 100,
            event: 'workflow_dispatch',
          },
          ...RUNS,
        },
        similar: false,
      },
    ],
  },
  render: {
    restart: [
      {
        tool: 'trigger_deploy',
        arguments: { serviceId: '{{serviceId}}', workspaceId: '{{workspaceId?}}' },
        look: {
          tool: 'list_deploys',
          arguments: {
            serviceId: '{{serviceId}}',
            limit: 20,
            workspaceId: '{{workspaceId?}}',
          },
          list: null,
          where: { trigger: 'api' },
          created: 'createdAt',
          marked: null,
          ended: {
            at: 'status',
            success: ['live'],
            failed: [
              'build_failed',
              'update_failed',
              'pre_deploy_failed',
              'canceled',
              'deactivated',
            ],
          },
        },
        // It builds the branch's newest commit, which may not be the one that runs.
        similar: true,
      },
    ],
  },
};
