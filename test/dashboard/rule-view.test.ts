import { describe, expect, it } from 'vitest';
import type { EffectAnswer, RuleAnswer } from '../../lib/dashboard/admin-answers.js';
import { rulesView } from '../../lib/dashboard/rule-view.js';
import { conditionText, effectText } from '../../lib/dashboard/rule-words.js';
import { Trouble } from '../../lib/dashboard/trouble.js';

const RULE: RuleAnswer = {
  name: 'shop-by-night',
  enabled: true,
  priority: 10,
  when: { all: true },
  // biome-ignore lint/suspicious/noThenProperty: data that was answered as JSON
  then: { mode: 'approve' },
  why: 'nobody is awake',
  trouble: null,
  changed_by: 'ann',
};

const row = (change: Partial<RuleAnswer>) =>
  rulesView({ items: [{ ...RULE, ...change }], trouble: null }).rows?.[0];

describe('rulesView', () => {
  it('shows all that a rule says', () => {
    expect(row({})).toEqual({
      name: 'shop-by-night',
      state: { text: 'on', tone: 'good' },
      priority: '10',
      matches: 'Incidents of all components.',
      effect: 'The built-in plan.',
      mode: 'at most approve',
      why: 'nobody is awake (ann)',
    });
  });

  it('shows one that is off', () => {
    expect(row({ enabled: false })?.state).toEqual({ text: 'off', tone: 'none' });
  });

  it.each<{ effect: EffectAnswer; mode: string }>([
    { effect: { plan: [{ name: 'restart' }] }, mode: 'the component’s own' },
    { effect: { mode: 'auto' }, mode: 'at most auto' },
    {
      effect: { mode: 'auto', raise_mode: true },
      mode: 'auto, also where the component allows less',
    },
  ])('says of its mode: $mode', ({ effect, mode }) => {
    // biome-ignore lint/suspicious/noThenProperty: data that was answered as JSON
    expect(row({ then: effect })?.mode).toBe(mode);
  });

  it('says of one that cannot be read what that means', () => {
    const trouble = 'it cannot be read: nothing is done without asking';
    // biome-ignore lint/suspicious/noThenProperty: data that was answered as JSON
    expect(row({ when: null, then: null, why: null, trouble })).toMatchObject({
      state: { text: 'cannot be read', tone: 'bad' },
      matches: trouble,
      effect: '–',
      mode: '–',
    });
  });

  it('keeps the order in which they are asked', () => {
    const items = [RULE, { ...RULE, name: 'a' }];
    expect(rulesView({ items, trouble: null }).rows?.map(({ name }) => name)).toEqual([
      'shop-by-night',
      'a',
    ]);
  });

  it('shows what was read before, and says that it may be old', () => {
    const { rows, notes } = rulesView({ items: [RULE], trouble: new Trouble(0) });
    expect(rows).toHaveLength(1);
    expect(notes[0]?.text).toMatch(/^Healing rules could not be read\. .+ may be old\.$/);
  });

  it('says what a key may not see', () => {
    expect(rulesView({ items: null, trouble: new Trouble(403) })).toEqual({
      rows: null,
      notes: [
        {
          text: 'Healing rules are not shown: that needs a key with the scope admin.',
          tone: 'none',
        },
      ],
    });
  });
});

describe('conditionText', () => {
  it.each([
    { when: { components: ['shop', 'pay'] }, text: 'Incidents of shop or pay.' },
    { when: { groups: ['web'] }, text: 'Incidents of components in group web.' },
    {
      when: { components: ['shop'], labels: { team: 'x y' }, platforms: ['render_postgres'] },
      text: 'Incidents of shop with label team = “x y” on render postgres.',
    },
    {
      when: { all: true, situations: ['leak', 'down'], causes: ['new_kind'], levels: ['none'] },
      text: 'Incidents of all components, if the trouble is a leak or that it is down, and a cause may be new kind, and the level is none.',
    },
    {
      when: { all: true, metrics: [{ metric: 'queue', above: 0, below: 9 }] },
      text: 'Incidents of all components, if queue is above 0 and below 9.',
    },
    {
      when: {
        all: true,
        time: { zone: 'Europe/Berlin', days: ['sat', 'sun'], from: '22:00', to: '06:00' },
      },
      text: 'Incidents of all components, if the incident opens between 22:00 and 06:00 in Europe/Berlin on sat or sun.',
    },
  ])('says: $text', ({ when, text }) => {
    expect(conditionText(when)).toBe(text);
  });
});

describe('effectText', () => {
  it.each<{ effect: EffectAnswer; text: string }>([
    {
      effect: {
        plan: [
          { name: 'clean_memory', instance: 'a' },
          { name: 'rollback', rollback_type: 'deployment' },
          { name: 'rollback', rollback_type: 'config', to: 'v1' },
          { name: 'scale', to: 3 },
        ],
      },
      text: 'Plan: clean memory instance a, then rollback, then rollback (config) to v1, then scale to 3, then ask a person.',
    },
    { effect: { plan: [{ name: 'page' }] }, text: 'Plan: ask a person.' },
    {
      effect: {
        limits: { restarts_per_hour: 0, rollbacks_per_incident: 1, cooldown_s: 300 },
      },
      text: 'The built-in plan. At most 0 restarts an hour, 1 rollback an incident, the same action once in 300 s.',
    },
  ])('says: $text', ({ effect, text }) => {
    expect(effectText(effect)).toBe(text);
  });
});
