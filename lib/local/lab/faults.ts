import type { ActionName } from '../../domain/decide/action.js';
import type { Situation } from '../../domain/decide/cause.js';
import type { ServiceName } from './graph.js';

/** What can go wrong within a process; a restart ends it. */
export const MISHAPS = [
  'cache_leak',
  'listener_leak',
  'burn',
  'keep_connections',
  'lock',
  'errors',
  'hang',
  'repeat_calls',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** What a version, or a configuration, does wrong. */
export const FLAWS = ['errors', 'latency'] as const;
export type Flaw = (typeof FLAWS)[number];

/** How a fault comes into the graph. */
export type Injection =
  | { readonly kind: 'mishap'; readonly service: ServiceName; readonly mishap: Mishap }
  | {
      readonly kind: 'change';
      readonly service: ServiceName;
      readonly flaw: Flaw;
      readonly what: 'deployment' | 'config';
    }
  | { readonly kind: 'stop'; readonly service: ServiceName }
  | { readonly kind: 'provider' }
  /** So many times the usual traffic. */
  | { readonly kind: 'traffic'; readonly times: number };

/** A fault, and what is true of it. */
export interface Fault {
  readonly name: string;
  readonly title: string;
  readonly injection: Injection;
  readonly truth: {
    /** The service in which it lies. */
    readonly service: ServiceName;
    /** The situations that are right; `unknown` only where no cause can be seen from outside. */
    readonly situations: readonly Situation[];
  };
  /** What may be done to that service; nothing, where only a person can help. */
  readonly helps: readonly ActionName[];
  /** How long it lasts, when nothing ends it before, seconds. */
  readonly lastsS: number;
}

/** All faults, in an order in which none is next to another of the same service. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'bad-deploy-errors',
    title: 'a new version of api answers every other request with an error',
    injection: { kind: 'change', service: 'api', flaw: 'errors', what: 'deployment' },
    truth: { service: 'api', situations: ['deployment_regression'] },
    helps: ['rollback'],
    lastsS: 25,
  },
  {
    name: 'cache-leak',
    title: 'cache keeps everything; a clean-up can free it',
    injection: { kind: 'mishap', service: 'cache', mishap: 'cache_leak' },
    truth: { service: 'cache', situations: ['leak'] },
    helps: ['clean_memory', 'restart'],
    lastsS: 45,
  },
  {
    name: 'cpu-burn',
    title: 'a task in cart runs wild and takes the processor',
    injection: { kind: 'mishap', service: 'cart', mishap: 'burn' },
    truth: { service: 'cart', situations: ['cpu_saturation'] },
    helps: ['restart'],
    lastsS: 20,
  },
  {
    name: 'database-slow',
    title: 'a forgotten transaction in db-proxy holds a lock that all others wait for',
    injection: { kind: 'mishap', service: 'db-proxy', mishap: 'lock' },
    truth: { service: 'db-proxy', situations: ['database'] },
    helps: ['reset_database', 'restart'],
    lastsS: 25,
  },
  {
    name: 'provider-out',
    title: 'the provider by whom mail is sent has an outage, and says so',
    injection: { kind: 'provider' },
    truth: { service: 'mail', situations: ['provider'] },
    helps: [],
    lastsS: 15,
  },
  {
    name: 'bad-deploy-latency',
    title: 'a new version of stock takes three seconds for each request',
    injection: { kind: 'change', service: 'stock', flaw: 'latency', what: 'deployment' },
    truth: { service: 'stock', situations: ['deployment_regression'] },
    helps: ['rollback'],
    lastsS: 25,
  },
  {
    name: 'config-regression',
    title: 'a change of the configuration of web fails every other request',
    injection: { kind: 'change', service: 'web', flaw: 'errors', what: 'config' },
    truth: { service: 'web', situations: ['config_regression'] },
    helps: [],
    lastsS: 15,
  },
  {
    name: 'cache-hung',
    title: 'the process of cache hangs: it takes requests and answers none',
    injection: { kind: 'mishap', service: 'cache', mishap: 'hang' },
    truth: { service: 'cache', situations: ['down'] },
    helps: [],
    lastsS: 35,
  },
  {
    name: 'traffic-rise',
    title: 'six times the usual traffic, more than api can carry',
    injection: { kind: 'traffic', times: 6 },
    truth: { service: 'api', situations: ['saturation_with_traffic'] },
    helps: ['scale'],
    lastsS: 15,
  },
  {
    name: 'connections-kept',
    title: 'stock never gives some of its database connections back',
    injection: { kind: 'mishap', service: 'stock', mishap: 'keep_connections' },
    truth: { service: 'stock', situations: ['database'] },
    helps: ['reset_database', 'restart'],
    lastsS: 30,
  },
  {
    name: 'database-errors',
    title:
      'db-proxy answers most requests with an error, for no reason that can be seen from outside',
    injection: { kind: 'mishap', service: 'db-proxy', mishap: 'errors' },
    truth: { service: 'db-proxy', situations: ['database', 'unknown'] },
    helps: ['reset_database', 'restart'],
    lastsS: 15,
  },
  {
    name: 'listener-leak',
    title: 'web never takes listeners off; only a restart can free them',
    injection: { kind: 'mishap', service: 'web', mishap: 'listener_leak' },
    truth: { service: 'web', situations: ['leak'] },
    helps: ['clean_memory', 'restart'],
    lastsS: 50,
  },
  {
    name: 'mail-down',
    title: 'mail is stopped, and does not come back',
    injection: { kind: 'stop', service: 'mail' },
    truth: { service: 'mail', situations: ['down'] },
    helps: [],
    lastsS: 30,
  },
  {
    name: 'retry-storm',
    title: 'cart repeats each call to db-proxy thirty times, and takes its processor',
    injection: { kind: 'mishap', service: 'cart', mishap: 'repeat_calls' },
    truth: { service: 'db-proxy', situations: ['saturation_with_traffic'] },
    helps: ['scale'],
    lastsS: 18,
  },
];

/** The fault of a name. @throws {RangeError} naming those there are */
export function faultNamed(name: string): Fault {
  const found = FAULTS.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`no fault ${name}; there are ${FAULTS.map((one) => one.name).join(', ')}`);
}
