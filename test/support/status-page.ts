import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageStatus } from '../../lib/domain/decide/provider.js';

/** A status page on this machine, which says what a test has it say. */
export interface StatusPage {
  /** The address of its summary. */
  readonly url: string;
  /** How often it was read. */
  readonly reads: number;
  /** Say something else from now on; text is answered as it is, a number is a status without a body. */
  say(what: PageStatus | string | number): void;
  close(): Promise<void>;
}

/** All is well. */
export const ALL_WELL: PageStatus = {
  indicator: 'none',
  description: 'All Systems Operational',
  parts: [
    { name: 'Oregon (US West)', status: 'operational' },
    { name: 'Frankfurt (EU Central)', status: 'operational' },
  ],
};

/** Nothing is. */
export const MAJOR_OUTAGE: PageStatus = {
  indicator: 'major',
  description: 'Partial System Outage',
  parts: [
    { name: 'Oregon (US West)', status: 'major_outage' },
    { name: 'Frankfurt (EU Central)', status: 'operational' },
  ],
};

/** A page in the form of Statuspage's `summary.json`. */
function summary({ indicator, description, parts }: PageStatus): string {
  return JSON.stringify({
    page: { id: 'p1', name: 'A provider', url: 'https://status.example', time_zone: 'Etc/UTC' },
    components: parts.map(({ name, status }, i) => ({ id: `c${i}`, name, status, group: false })),
    incidents: [],
    scheduled_maintenances: [],
    status: { indicator, description },
  });
}

/** Start one that says that all is well. */
export async function startStatusPage(): Promise<StatusPage> {
  let said: PageStatus | string | number = ALL_WELL;
  let reads = 0;
  const server = createServer((_request, response) => {
    reads += 1;
    response.statusCode = typeof said === 'number' ? said : 200;
    if (said === 302) response.setHeader('location', 'https://elsewhere.example/summary.json');
    response.setHeader('content-type', 'application/json');
    response.end(typeof said === 'object' ? summary(said) : typeof said === 'string' ? said : '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/v2/summary.json`,
    get reads() {
      return reads;
    },
    say(what) {
      said = what;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}
