import { describe, expect, it } from 'vitest';
import type { HealthAnswer } from '../../lib/dashboard/answers.js';
import { installationView } from '../../lib/dashboard/installation-view.js';

const WELL: HealthAnswer = {
  ok: true,
  database: { ok: true },
  queue: { ok: true },
  last_sweep_age_s: 12.4,
  paused: false,
};
const AWAY = { ok: false, why: 'cannot be reached' };

describe('installationView', () => {
  it.each<{
    title: string;
    change: Partial<HealthAnswer>;
    name: string;
    text: string;
    tone: string;
  }>([
    { title: 'a sweep', change: {}, name: 'Last sweep', text: '12 s ago', tone: 'good' },
    {
      title: 'no sweep yet',
      change: { last_sweep_age_s: null },
      name: 'Last sweep',
      text: 'none yet',
      tone: 'warn',
    },
    {
      title: 'a late sweep',
      change: { ok: false, last_sweep_age_s: 600 },
      name: 'Last sweep',
      text: '10 min ago: late',
      tone: 'bad',
    },
    {
      title: 'an unknown sweep',
      change: { ok: false, last_sweep_age_s: null, database: AWAY, paused: true },
      name: 'Last sweep',
      text: 'unknown',
      tone: 'bad',
    },
    {
      title: 'a sweep in time while the queue is away',
      change: { ok: false, queue: AWAY },
      name: 'Last sweep',
      text: '12 s ago',
      tone: 'good',
    },
    { title: 'action', change: {}, name: 'Automatic action', text: 'on', tone: 'good' },
    {
      title: 'a pause',
      change: { paused: true },
      name: 'Automatic action',
      text: 'paused: nothing is healed',
      tone: 'warn',
    },
    {
      title: 'a database that is away as that, not as a pause',
      change: { ok: false, database: AWAY, paused: true },
      name: 'Automatic action',
      text: 'impossible without the database',
      tone: 'bad',
    },
    {
      title: 'the database',
      change: { database: AWAY },
      name: 'Database',
      text: 'cannot be reached',
      tone: 'bad',
    },
    { title: 'the queue', change: {}, name: 'Queue', text: 'reachable', tone: 'good' },
    {
      title: 'a queue that does not say why',
      change: { queue: { ok: false } },
      name: 'Queue',
      text: 'cannot be reached',
      tone: 'bad',
    },
  ])('tells of $title', ({ change, ...fact }) => {
    const { title: _, ...expected } = fact;
    expect(installationView({ ...WELL, ...change })).toContainEqual(expected);
  });
});
