import { describe, expect, it } from 'vitest';
import { ComponentConfig } from '../../lib/domain/component.js';
import { type ActionName, RollbackType } from '../../lib/domain/decide/action.js';
import { EXECUTORS } from '../../lib/domain/decide/recovery.js';
import { canRollBack, type Executors, executorFor } from '../../lib/flows/executor.js';

const able = { actions: ['restart', 'rollback', 'reset_database', 'fail_over'] } as const;
const executors = Object.fromEntries(EXECUTORS.map((name) => [name, able])) as Record<
  keyof Executors,
  typeof able
>;
const choose = (
  platform: object,
  action: ActionName,
  agent = false,
  database: object | null = null,
) =>
  executorFor(
    executors,
    ComponentConfig.pick({ platform: true, database: true }).parse({ platform, database }),
    agent,
    action,
  );
const webhook = { type: 'webhook', target: 'shop', actions: ['restart', 'scale'] };

describe('executorFor', () => {
  it('takes the platform where it can', () => {
    expect(choose({ type: 'render', service_id: 'srv-1' }, 'restart')).toBe('render');
    expect(choose(webhook, 'restart')).toBe('webhook');
  });

  it('takes a webhook neither beyond what its component declares, nor beyond what it can', () => {
    expect(choose(webhook, 'rollback')).toEqual({ none: 'no agent has pushed lately' });
    expect(choose(webhook, 'rollback', true)).toBe('agent');
    expect(choose(webhook, 'scale')).toEqual({ none: 'webhook cannot scale' });
  });

  it('takes an MCP server for what is mapped, or what stands behind it can do', () => {
    const mcp = { type: 'mcp', server: 'ops', actions: { restart: { tool: 'restart_app' } } };
    expect(choose(mcp, 'restart')).toBe('mcp');
    expect(choose(mcp, 'rollback')).toEqual({ none: 'no agent has pushed lately' });
    expect(choose(mcp, 'scale')).toEqual({ none: 'mcp cannot scale' });
    const rest = { type: 'render', service_id: 'srv-1' };
    expect(choose({ ...mcp, rest }, 'rollback')).toBe('mcp');
    expect(choose({ ...mcp, rest }, 'scale')).toEqual({ none: 'mcp cannot scale' });
    const github = { type: 'mcp', server: 'github' };
    const parameters = { owner: 'acme', repo: 'shop', workflow: 'back.yml', ref: 'main' };
    expect(choose(github, 'rollback')).toEqual({ none: 'no agent has pushed lately' });
    expect(choose({ ...github, parameters }, 'rollback')).toBe('mcp');
  });

  it('takes a database at Render for a failover only where it has a standby', () => {
    const database = { type: 'render_postgres', postgres_id: 'dpg-a' };
    expect(choose(database, 'restart')).toBe('render_postgres');
    expect(choose({ ...database, high_availability: true }, 'fail_over')).toBe('render_postgres');
    expect(choose(database, 'fail_over')).toEqual({ none: 'no agent has pushed lately' });
    expect(choose(database, 'rollback', true)).toBe('agent');
  });

  it('takes the component’s database for its connections alone', () => {
    const render = { type: 'render', service_id: 'srv-1' };
    const neon = { type: 'neon', project_id: 'p', endpoint_id: 'ep-a' };
    const database = { ...neon, connection: 'SHOP_DATABASE_URL' };
    expect(choose(render, 'reset_database', true, database)).toBe('neon');
    expect(choose(render, 'restart', true, database)).toBe('render');
    expect(choose({ type: 'agent' }, 'reset_database', true, database)).toBe('neon');
    expect(choose(database, 'reset_database')).toBe('neon');
    expect(choose(neon, 'restart')).toBe('neon');
    expect(choose(neon, 'reset_database')).toEqual({ none: 'no agent has pushed lately' });
  });

  it('rolls back by a webhook what its component declares', () => {
    const can = (declared: object) =>
      RollbackType.options.filter((kind) =>
        canRollBack(
          executors,
          ComponentConfig.pick({ platform: true, database: true }).parse({
            platform: { ...webhook, actions: ['rollback'], ...declared },
          }),
          false,
          kind,
        ),
      );
    expect(can({})).toEqual(['deployment']);
    expect(can({ rolls_back: ['previous_state', 'config'] })).toEqual(['config', 'previous_state']);
    expect(can({ rolls_back: ['config'], actions: ['restart'] })).toEqual([]);
  });

  it('names the reason where there is nobody', () => {
    expect(choose({ type: 'none' }, 'restart')).toEqual({
      none: 'it has no platform and no agent',
    });
    expect(choose({ type: 'agent' }, 'scale')).toEqual({ none: 'agent cannot scale' });
  });
});
