import type { McpRef } from '../../domain/platform-refs/mcp.js';
import { AppError } from '../../errors.js';
import type { ActionRequest } from '../platform.js';
import { isObject, Open } from './arguments.js';

/** What `{{names}}` stand for; undefined is not known, and only optional ones may be. */
export type Values = Readonly<Record<string, unknown>>;

/** A name in a template; with a question mark it may be unknown, and is left out then. */
const NAME = /\{\{\s*([A-Za-z][A-Za-z0-9_]*)(\??)\s*\}\}/;
const ALONE = new RegExp(`^${NAME.source}$`);
const EVERY = new RegExp(NAME.source, 'g');

/** What the names stand for in a call. The component's parameters come last: they cannot take the place of others. */
export function valuesOf(request: Omit<ActionRequest, 'target'>, { parameters }: McpRef): Values {
  const { action, component, recoveryId } = request;
  return {
    ...parameters,
    recovery_id: recoveryId,
    component,
    action: action.name,
    to: 'to' in action ? action.to : action.name === 'rollback' ? 'previous' : undefined,
    rollback_type: action.name === 'rollback' ? action.rollback_type : undefined,
    instance: 'instance' in action ? action.instance : undefined,
  };
}

/**
 * What an action says that a template does not pass on: more would be done than was asked for, or another thing.
 *
 * @returns null where all of it is passed on
 */
export function unheard(
  action: ActionRequest['action'],
  template: Readonly<Record<string, unknown>>,
): string | null {
  const text = JSON.stringify(template);
  const passes = (name: string): boolean =>
    [...text.matchAll(EVERY)].some(([, one]) => one === name);
  const said = [
    ['instance', 'instance' in action && action.instance !== undefined],
    ['to', 'to' in action && action.to !== undefined && action.to !== 'previous'],
    ['rollback_type', action.name === 'rollback' && action.rollback_type !== 'deployment'],
  ] as const;
  return said.find(([name, isSaid]) => isSaid && !passes(name))?.[0] ?? null;
}

/** What the names will stand for, before any call is made. */
export function openValues(
  action: ActionRequest['action']['name'],
  component: string,
  { parameters }: McpRef,
): Values {
  const text = new Open('string');
  const to = { scale: new Open('integer'), rollback: text, fail_over: text };
  const hasInstance = ['restart', 'clean_memory', 'reset_database'].includes(action);
  return {
    ...parameters,
    recovery_id: text,
    component,
    action,
    to: Object.entries(to).find(([name]) => name === action)?.[1],
    rollback_type: action === 'rollback' ? text : undefined,
    instance: hasInstance ? text : undefined,
  };
}

/**
 * Fill a template in. A string that is one name alone becomes the value with its type; within a longer string
 * it becomes text. What is optional and unknown is left out.
 *
 * @param at - where the template stands, for messages
 * @throws {AppError} `invalid` for a name that nothing is known of
 */
export function fill(
  template: Readonly<Record<string, unknown>>,
  values: Values,
  at = '',
): Record<string, unknown> {
  const entries = Object.entries(template).map(
    ([name, one]) => [name, filled(one, values, at === '' ? name : `${at}.${name}`)] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function filled(template: unknown, values: Values, at: string): unknown {
  if (typeof template === 'string') return filledText(template, values, at);
  if (Array.isArray(template)) {
    const all = template.map((one, index) => filled(one, values, `${at}[${index}]`));
    return all.filter((one) => one !== undefined);
  }
  return isObject(template) ? fill(template, values, at) : template;
}

function filledText(template: string, values: Values, at: string): unknown {
  const alone = ALONE.exec(template);
  if (alone !== null) return find(alone, values, at);
  let isOpen = false;
  const text = template.replace(EVERY, (...match) => {
    const value = find(match, values, at) ?? '';
    isOpen ||= value instanceof Open;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  return isOpen ? new Open('string') : text;
}

function find([, name = '', optional]: readonly unknown[], values: Values, at: string): unknown {
  const key = String(name);
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value !== undefined || optional === '?') return value;
  throw new AppError('invalid', `the argument ${at} needs {{${key}}}, which nothing gives a value`);
}
