import { knock, type Load, startLoad } from '../stage/load.js';
import type { Fault } from './faults.js';
import type { ServiceName } from './graph.js';
import type { LabApi } from './lab-api.js';
import type { Deployer } from './start-deployer.js';
import type { Addresses } from './start-graph.js';

/** Customers' requests a second. */
export const PER_SECOND = 5;
/** A request without a good answer after this time is lost, milliseconds. */
export const LIMIT_MS = 2500;

const ORDER_MS = 5000;

/** What a fault is brought in, and taken out again, by. */
export interface Hands {
  readonly api: LabApi;
  readonly deployer: Deployer;
  readonly addresses: Addresses;
}

/** A fault that is in the graph. */
export interface Injected {
  /** Further traffic that it brought; null for none. */
  readonly load: Load | null;
  /** Take it out again, whatever has become of it: the part of the person who is asked. */
  mend(): Promise<void>;
}

/** The service whose process must be started anew after a fault, or null. */
function toMend({ injection }: Fault): ServiceName | null {
  return 'service' in injection ? injection.service : null;
}

/** Versions differ, so that no report of one is taken for a repetition. */
let versions = 1;

async function change(
  { api, deployer }: Hands,
  injection: Extract<Fault['injection'], { kind: 'change' }>,
): Promise<void> {
  const { service, flaw, what } = injection;
  versions += 1;
  const version = `v${versions}`;
  await deployer.order({ what: 'change', service, version, flaw });
  await api.report(service, version, what);
}

async function bringIn({ injection }: Fault, hands: Hands): Promise<Load | null> {
  const { deployer, addresses } = hands;
  switch (injection.kind) {
    case 'mishap':
      await knock(`${addresses[injection.service]}/lab/${injection.mishap}`, ORDER_MS);
      return null;
    case 'change':
      await change(hands, injection);
      return null;
    case 'stop':
      await deployer.order({ what: 'stop', service: injection.service });
      return null;
    case 'provider':
      await deployer.order({ what: 'provider', isOut: true });
      return null;
    case 'traffic': {
      const perSecond = PER_SECOND * (injection.times - 1);
      return startLoad({ url: addresses.edge, perSecond, limitMs: LIMIT_MS });
    }
  }
}

/** Bring a fault into the graph. */
export async function inject(fault: Fault, hands: Hands): Promise<Injected> {
  const load = await bringIn(fault, hands);
  return {
    load,
    async mend() {
      await load?.stop();
      await hands.deployer.order({ what: 'provider', isOut: false });
      const service = toMend(fault);
      if (service === null) return;
      await hands.deployer.order({ what: 'change', service, version: 'v1', flaw: null });
    },
  };
}
