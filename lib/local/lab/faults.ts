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
  /** With `{service}` where the service is named in which it lies. */
  readonly title: string;
  readonly injection: Injection;
  readonly truth: {
    /** The service in which it lies. */
    readonly service: ServiceName;
    /** The situations that are right; `unknown` only where no cause can be seen from outside. */
    readonly situations: readonly Situation[];
  };
  /** Other services in which it could lie just as well, and all else would be true; none where there is no other. */
  readonly elsewhere: readonly ServiceName[];
  /** What may be done to that service; nothing, where only a person can help. */
  readonly helps: readonly ActionName[];
  /** How long it lasts, when nothing ends it before, seconds. */
  readonly lastsS: number;
}

/** All faults, in an order in which none is next to another of the same service. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'bad-deploy-errors',
    title: 'a new version of {service} answers every other request with an error',
    injection: { kind: 'change', service: 'api', flaw: 'errors', what: 'deployment' },
    truth: { service: 'api', situations: ['deployment_regression'] },
    elsewhere: ['edge', 'web', 'cart', 'stock', 'db-proxy'],
    helps: ['rollback'],
    lastsS: 25,
  },
  {
    name: 'cache-leak',
    title: '{service} keeps everything; a clean-up can free it',
    injection: { kind: 'mishap', service: 'cache', mishap: 'cache_leak' },
    truth: { service: 'cache', situations: ['leak'] },
    elsewhere: ['edge', 'api', 'cart', 'stock', 'mail'],
    helps: ['clean_memory', 'restart'],
    lastsS: 45,
  },
  {
    name: 'cpu-burn',
    title: 'a task in {service} runs wild and takes the processor',
    injection: { kind: 'mishap', service: 'cart', mishap: 'burn' },
    truth: { service: 'cart', situations: ['cpu_saturation'] },
    elsewhere: ['edge', 'web', 'stock', 'cache', 'mail'],
    helps: ['restart'],
    lastsS: 20,
  },
  {
    name: 'database-slow',
    title: 'a forgotten transaction in db-proxy holds a lock that all others wait for',
    injection: { kind: 'mishap', service: 'db-proxy', mishap: 'lock' },
    truth: { service: 'db-proxy', situations: ['database'] },
    elsewhere: [],
    helps: ['reset_database', 'restart'],
    lastsS: 25,
  },
  {
    name: 'provider-out',
    title: 'the provider by whom mail is sent has an outage, and says so',
    injection: { kind: 'provider' },
    truth: { service: 'mail', situations: ['provider'] },
    elsewhere: [],
    helps: [],
    lastsS: 15,
  },
  {
    name: 'bad-deploy-latency',
    title: 'a new version of {service} takes three seconds for each request',
    injection: { kind: 'change', service: 'stock', flaw: 'latency', what: 'deployment' },
    truth: { service: 'stock', situations: ['deployment_regression'] },
    elsewhere: ['web', 'api', 'cart', 'cache', 'db-proxy'],
    helps: ['rollback'],
    lastsS: 25,
  },
  {
    name: 'config-regression',
    title: 'a change of the configuration of {service} fails every other request',
    injection: { kind: 'change', service: 'web', flaw: 'errors', what: 'config' },
    truth: { service: 'web', situations: ['config_regression'] },
    elsewhere: ['edge', 'api', 'cart', 'stock', 'db-proxy'],
    helps: ['rollback'],
    lastsS: 25,
  },
  {
    name: 'cache-hung',
    title: 'the process of {service} hangs: it takes requests and answers none',
    injection: { kind: 'mishap', service: 'cache', mishap: 'hang' },
    truth: { service: 'cache', situations: ['down'] },
    elsewhere: ['web', 'api', 'cart', 'stock', 'mail'],
    helps: ['restart'],
    lastsS: 50,
  },
  {
    name: 'traffic-rise',
    title: 'six times the usual traffic, more than api can carry',
    injection: { kind: 'traffic', times: 6 },
    truth: { service: 'api', situations: ['saturation_with_traffic'] },
    elsewhere: [],
    helps: ['scale'],
    lastsS: 15,
  },
  {
    name: 'connections-kept',
    title: '{service} never gives some of its database connections back',
    injection: { kind: 'mishap', service: 'stock', mishap: 'keep_connections' },
    truth: { service: 'stock', situations: ['database'] },
    elsewhere: ['db-proxy'],
    helps: ['reset_database', 'restart'],
    lastsS: 30,
  },
  {
    name: 'database-errors',
    title:
      '{service} answers most requests with an error, for no reason that can be seen from outside',
    injection: { kind: 'mishap', service: 'db-proxy', mishap: 'errors' },
    truth: { service: 'db-proxy', situations: ['database', 'unknown'] },
    elsewhere: ['stock'],
    helps: ['reset_database', 'restart'],
    lastsS: 15,
  },
  {
    name: 'listener-leak',
    title: '{service} never takes listeners off; only a restart can free them',
    injection: { kind: 'mishap', service: 'web', mishap: 'listener_leak' },
    truth: { service: 'web', situations: ['leak'] },
    elsewhere: ['edge', 'api', 'cart', 'stock', 'cache'],
    helps: ['clean_memory', 'restart'],
    lastsS: 50,
  },
  {
    name: 'mail-down',
    title: '{service} is stopped, and does not come back',
    injection: { kind: 'stop', service: 'mail' },
    truth: { service: 'mail', situations: ['down'] },
    elsewhere: ['web', 'api', 'cart', 'stock', 'cache'],
    helps: ['restart'],
    lastsS: 35,
  },
  {
    name: 'retry-storm',
    title: 'cart repeats each call to db-proxy thirty times, and takes its processor',
    injection: { kind: 'mishap', service: 'cart', mishap: 'repeat_calls' },
    truth: { service: 'db-proxy', situations: ['saturation_with_traffic'] },
    elsewhere: [],
    helps: ['scale'],
    lastsS: 18,
  },
];

/** One line on a fault, with the service in which it lies. */
export function titleOf({ title, truth }: Fault): string {
  return title.replace('{service}', truth.service);
}

/** The fault of a name. @throws {RangeError} naming those there are */
export function faultNamed(name: string): Fault {
  const found = FAULTS.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`no fault ${name}; there are ${FAULTS.map((one) => one.name).join(', ')}`);
}
