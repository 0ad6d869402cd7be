import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lib/local/demo/outcome.js';
import { tableText } from '../../../lib/local/demo/table.js';

const outcome: Outcome = {
  act: 2,
  component: 'visitors',
  predicted_s: 16.5,
  acted: [
    { action: 'clean_memory', at_s: 16.9 },
    { action: 'restart', at_s: 31.6 },
  ],
  verified_s: 38.3,
  closed_s: 45,
  fails_without_s: 46.4,
  fails_without: 'died: JavaScript heap out of memory',
  before_percent: 74.2,
  after_percent: 41.6,
  memory_freed_mb: 55.6,
  sent: 966,
  lost_with: 0,
  sent_without: 967,
  lost_without: 11,
  why_not: [],
};

const nothing: Outcome = {
  ...outcome,
  act: 3,
  component: 'orders',
  predicted_s: null,
  acted: [],
  verified_s: null,
  fails_without_s: null,
  before_percent: null,
  after_percent: null,
  memory_freed_mb: null,
};

describe('tableText', () => {
  it('gives each act a row under its columns', () => {
    expect(tableText([outcome, nothing]).split('\n')).toEqual([
      'act         predicted  acted           verified  fails without  before → after  memory freed  lost with  lost without',
      '─'.repeat(117),
      '2 visitors  16.5 s     16.9 s, 31.6 s  38.3 s    46.4 s         74 % → 42 %     56 MB         0 of 966   11 of 967',
      '3 orders    –          –               –         –              – → –           –             0 of 966   11 of 967',
    ]);
  });

  it('is a head alone without acts', () => {
    expect(tableText([]).split('\n')).toHaveLength(2);
  });
});
