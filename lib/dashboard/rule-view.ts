import type { AdminList, RuleAnswer } from './admin-answers.js';
import { listNote } from './list-note.js';
import { conditionText, effectText } from './rule-words.js';
import { type Mark, UNKNOWN } from './words.js';

/** A healing rule, as one row of the table. */
export interface RuleRow {
  readonly name: string;
  readonly state: Mark;
  readonly priority: string;
  /** Which incidents it matches, in a sentence. */
  readonly matches: string;
  readonly effect: string;
  readonly mode: string;
  /** Why it is there, and who changed it last. */
  readonly why: string;
}

/** The table, in the order in which the rules are asked, with what is wrong with it. */
export interface RulesView {
  /** Null where nothing of it is known. */
  readonly rows: readonly RuleRow[] | null;
  readonly notes: readonly Mark[];
}

function modeText({ then }: RuleAnswer): string {
  if (then === null) return UNKNOWN;
  if (then.mode === undefined) return 'the component’s own';
  return then.raise_mode === true
    ? `${then.mode}, also where the component allows less`
    : `at most ${then.mode}`;
}

function stateOf({ enabled, trouble }: RuleAnswer): Mark {
  if (trouble !== null) return { text: 'cannot be read', tone: 'bad' };
  return enabled ? { text: 'on', tone: 'good' } : { text: 'off', tone: 'none' };
}

function rowOf(rule: RuleAnswer): RuleRow {
  const { name, priority, when, then, why, trouble, changed_by: who } = rule;
  return {
    name,
    state: stateOf(rule),
    priority: String(priority),
    matches: when === null ? (trouble ?? UNKNOWN) : conditionText(when),
    effect: then === null ? UNKNOWN : effectText(then),
    mode: modeText(rule),
    why: `${why ?? 'no reason can be read'} (${who})`,
  };
}

/** Make the table of healing rules. */
export function rulesView(list: AdminList<RuleAnswer>): RulesView {
  const note = listNote('Healing rules', list);
  return { rows: list.items?.map(rowOf) ?? null, notes: note === null ? [] : [note] };
}
