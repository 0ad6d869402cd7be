import { describe, expect, it } from 'vitest';
import { PlatformRef } from '../../lib/domain/component.js';
import { EXECUTORS } from '../../lib/domain/decide/recovery.js';
import { type Executors, executorFor } from '../../lib/flows/executor.js';

const able = { actions: ['restart', 'rollback'] } as const;
const executors = Object.fromEntries(EXECUTORS.map((name) => [name, able])) as Record<
  keyof Executors,
  typeof able
>;
const choose = (platform: object, action: 'restart' | 'rollback' | 'scale', agent = false) =>
  executorFor(executors, { platform: PlatformRef.parse(platform) }, agent, action);
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

  it('names the reason where there is nobody', () => {
    expect(choose({ type: 'none' }, 'restart')).toEqual({
      none: 'it has no platform and no agent',
    });
    expect(choose({ type: 'agent' }, 'scale')).toEqual({ none: 'agent cannot scale' });
  });
});
