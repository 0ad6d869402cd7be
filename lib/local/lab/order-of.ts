import { createHash } from 'node:crypto';
import type { Fault } from './faults.js';

/** A number of a seed's for a name, uniform in [0, 1): the same on every machine. */
function drawn(seed: string, name: string): number {
  const bytes = createHash('sha256').update(`${seed}:${name}`).digest();
  return bytes.readUInt32BE(0) / 2 ** 32;
}

/** Orders that are tried before two neighbours of one service are put up with. */
const TRIES = 1000;

/**
 * The faults in an order of the seed's; the same seed gives the same order. Where it can be helped, none follows
 * one of the same service, whose blame and cool-downs would reach into it.
 */
export function inOrderOf(seed: string, faults: readonly Fault[]): readonly Fault[] {
  const ordered = (attempt: number) => {
    const place = ({ name }: Fault) => drawn(`${seed}/${attempt}`, name);
    return faults.toSorted((a, b) => place(a) - place(b));
  };
  const isApart = ({ truth }: Fault, i: number, all: readonly Fault[]) =>
    truth.service !== all[i - 1]?.truth.service;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const order = ordered(attempt);
    if (order.every(isApart)) return order;
  }
  return ordered(0);
}

/**
 * The same faults, each in another service of the seed's choosing: what was seen of the listed ones, and changed
 * because of it, helps little there. A fault that can lie in one service only stays where it is.
 */
export function elsewhereOf(seed: string, faults: readonly Fault[]): readonly Fault[] {
  return faults.map((fault) => {
    const { elsewhere, injection, truth, name } = fault;
    const service = elsewhere[Math.floor(drawn(seed, `${name} lies in`) * elsewhere.length)];
    if (service === undefined || !('service' in injection)) return fault;
    return { ...fault, injection: { ...injection, service }, truth: { ...truth, service } };
  });
}
