import { describe, expect, it } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import { actionText } from '../../../lib/domain/decide/action-text.js';

describe('actionText', () => {
  const cases: readonly { action: Action; text: string }[] = [
    { action: { name: 'restart' }, text: 'restart shop' },
    { action: { name: 'restart', instance: 'a-1' }, text: 'restart instance a-1 of shop' },
    {
      action: { name: 'rollback', rollback_type: 'deployment' },
      text: 'roll back the deployment of shop',
    },
    {
      action: { name: 'rollback', rollback_type: 'config', to: 'c9' },
      text: 'roll back the configuration of shop to c9',
    },
    {
      action: { name: 'rollback', rollback_type: 'previous_state' },
      text: 'roll back the state of shop',
    },
    { action: { name: 'scale', to: 3 }, text: 'scale shop to 3 instances' },
    { action: { name: 'clean_memory' }, text: 'clean up the memory of shop' },
    { action: { name: 'reset_database' }, text: 'reset the database connections of shop' },
    { action: { name: 'fail_over', to: 'eu' }, text: 'fail shop over to eu' },
  ];

  it.each(cases)('says "$text"', ({ action, text }) => {
    expect(actionText(action, 'shop')).toBe(text);
  });
});
