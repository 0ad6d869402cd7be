import { describe, expect, it } from 'vitest';
import type {
  AdminAnswers,
  FreezeAnswer,
  WindowAnswer,
} from '../../lib/dashboard/admin-answers.js';
import { freezesView } from '../../lib/dashboard/freeze-view.js';
import { Trouble } from '../../lib/dashboard/trouble.js';

const NOW_MS = Date.parse('2026-11-24T05:30:00Z');
const NEXT = {
  from: '2026-11-28T01:30:00.000Z',
  from_local: '2026-11-28 02:30',
  until: '2026-11-28T03:00:00.000Z',
  until_local: '2026-11-28 04:00',
};
const NIGHTLY: WindowAnswer = {
  name: 'nightly',
  component: null,
  group: 'web',
  all: false,
  zone: 'Europe/Berlin',
  mute: false,
  why: 'backups',
  open: null,
  next: NEXT,
  trouble: null,
  covered: 3,
  created_by: 'ann',
};
const FAIR: FreezeAnswer = {
  component: 'shop',
  starts_at: '2026-11-24T05:00:00.000Z',
  ends_at: '2026-11-24T20:00:00.000Z',
  why: 'a fair',
  created_by: 'bob',
};

const known = <T>(...items: readonly T[]) => ({ items, trouble: null });
const refused = (status: number) => ({ items: null, trouble: new Trouble(status) });

function shown(lists: Partial<AdminAnswers>) {
  return freezesView({ windows: known(), freezes: known(), ...lists }, NOW_MS);
}
const windowRow = (change: Partial<WindowAnswer>) =>
  shown({ windows: known({ ...NIGHTLY, ...change }) }).rows?.[0];
const freezeRow = (change: Partial<FreezeAnswer>) =>
  shown({ freezes: known({ ...FAIR, ...change }) }).rows?.[0];

describe('freezesView', () => {
  it('says when a window opens next, on the clock of its zone, and keeps the instants', () => {
    expect(windowRow({})).toEqual({
      name: 'maintenance window nightly',
      state: { text: 'closed', tone: 'none' },
      inForce: false,
      when: [
        {
          text: 'next 2026-11-28 02:30 to 2026-11-28 04:00 in Europe/Berlin',
          here: [NEXT.from, NEXT.until],
        },
      ],
      covers: 'group web: 3 components',
      notes: ['backups (ann)'],
    });
  });

  it('says until when one is open, and when it opens again', () => {
    expect(windowRow({ open: { ...NEXT, until_local: '2026-11-24 07:00' } })).toMatchObject({
      state: { text: 'open now', tone: 'warn' },
      inForce: true,
      when: [
        { text: 'until 2026-11-24 07:00 in Europe/Berlin' },
        { here: [NEXT.from, NEXT.until] },
      ],
    });
  });

  it('says of one that never closes that it does not', () => {
    const endless = { ...NEXT, until: null, until_local: null };
    expect(windowRow({ open: endless, next: null })?.when).toEqual([
      { text: 'open for good: it never closes', here: [] },
    ]);
    expect(windowRow({ next: endless })?.when).toEqual([
      { text: 'opens 2026-11-28 02:30 in Europe/Berlin, for good', here: [NEXT.from] },
    ]);
  });

  it('says of one that is over that it is', () => {
    expect(windowRow({ next: null })).toMatchObject({
      state: { text: 'over', tone: 'none' },
      inForce: false,
      when: [],
    });
  });

  it('counts what cannot be evaluated as open, and says what is wrong', () => {
    const trouble = 'counts as open: no time zone is called Mars/Base';
    expect(windowRow({ next: null, trouble })).toMatchObject({
      state: { text: 'counts as open', tone: 'bad' },
      inForce: true,
      notes: [trouble, 'backups (ann)'],
    });
  });

  it('warns of one that covers nothing, also while it is open', () => {
    const trouble = 'it covers no component any more';
    expect(windowRow({ covered: 0, open: NEXT, trouble })).toMatchObject({
      state: { text: 'covers nothing', tone: 'bad' },
      inForce: false,
      covers: 'group web: 0 components',
      notes: [trouble, 'backups (ann)'],
    });
  });

  it.each([
    { change: { component: 'shop', group: null, covered: 1 }, covers: 'component shop' },
    { change: { group: null, all: true, covered: 1 }, covers: 'everything: 1 component' },
  ])('says that it covers $covers', ({ change, covers }) => {
    expect(windowRow(change)?.covers).toBe(covers);
  });

  it('says that people are told nothing meanwhile', () => {
    expect(windowRow({ mute: true })?.notes).toContain('people are told nothing meanwhile');
  });

  it('shows a freeze whose end has come since it was read as over, and as holding nothing', () => {
    const ends_at = new Date(NOW_MS).toISOString();
    expect(freezeRow({ ends_at })).toMatchObject({
      state: { text: 'over', tone: 'none' },
      inForce: false,
    });
  });

  it('shows a freeze that is in force, and one to come', () => {
    expect(freezeRow({})).toEqual({
      name: 'freeze',
      state: { text: 'in force', tone: 'warn' },
      inForce: true,
      when: [{ text: 'until 2026-11-24 20:00 in UTC', here: [FAIR.ends_at] }],
      covers: 'component shop',
      notes: ['a fair (bob)'],
    });
    const starts_at = '2026-11-24T05:30:01.000Z';
    expect(freezeRow({ starts_at, component: null })).toMatchObject({
      state: { text: 'to come', tone: 'none' },
      inForce: false,
      when: [{ here: [starts_at, FAIR.ends_at] }],
      covers: 'everything',
    });
  });

  it('puts what is wrong first, then what holds now, then what comes next', () => {
    const windows = known(
      NIGHTLY,
      { ...NIGHTLY, name: 'sooner', next: { ...NEXT, from: '2026-11-25T01:30:00.000Z' } },
      { ...NIGHTLY, name: 'wrong', next: null, trouble: 'counts as open' },
    );
    expect(shown({ windows, freezes: known(FAIR) }).rows?.map(({ name }) => name)).toEqual([
      'maintenance window wrong',
      'freeze',
      'maintenance window sooner',
      'maintenance window nightly',
    ]);
  });

  it('says once that a key may see neither, and does not say that there is none', () => {
    expect(shown({ windows: refused(403), freezes: refused(403) })).toEqual({
      rows: null,
      notes: [
        {
          text: 'Maintenance windows and freezes are not shown: that needs a key with the scope admin.',
          tone: 'none',
        },
      ],
    });
  });

  it('shows one where the other could not be read, and says which', () => {
    const { rows, notes } = shown({ windows: refused(503), freezes: known(FAIR) });
    expect(rows).toHaveLength(1);
    expect(notes).toMatchObject([{ tone: 'bad' }]);
    expect(notes[0]?.text).toMatch(/^Maintenance windows could not be read\. .+ unavailable/);
  });
});
