import { describe, expect, it } from 'vitest';
import { ActionName } from '../../../lib/domain/decide/action.js';
import { cooldownS, settleS } from '../../../lib/domain/decide/settle.js';
import { settings } from './build.js';

const TABLE = [
  { name: 'restart', settle: 'settleRestartS', cooldown: 'restartCooldownS' },
  { name: 'rollback', settle: 'settleRollbackS', cooldown: 'rollbackCooldownS' },
  { name: 'scale', settle: 'settleScaleS', cooldown: 'scaleCooldownS' },
  { name: 'clean_memory', settle: 'settleCleanupS', cooldown: 'cleanupCooldownS' },
  { name: 'reset_database', settle: 'settleCleanupS', cooldown: 'cleanupCooldownS' },
  { name: 'fail_over', settle: 'settleFailoverS', cooldown: 'failoverCooldownS' },
] as const;

describe('settleS', () => {
  it.each(TABLE)('follows $settle for $name', ({ name, settle }) => {
    expect(settleS(name, settings({ [settle]: 7 }))).toBe(7);
    expect(settleS(name, settings({ [settle]: 8 }))).toBe(8);
  });
});

describe('cooldownS', () => {
  it.each(TABLE)('follows $cooldown for $name', ({ name, cooldown }) => {
    expect(cooldownS(name, settings({ [cooldown]: 7 }))).toBe(7);
    expect(cooldownS(name, settings({ [cooldown]: 8 }))).toBe(8);
  });

  it('has a row for every action', () => {
    expect(TABLE.map(({ name }) => name).sort()).toEqual([...ActionName.options].sort());
  });
});
