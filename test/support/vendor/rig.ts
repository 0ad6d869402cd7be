import { afterEach, beforeEach } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest, Platform } from '../../../lib/platforms/platform.js';
import type { VendorOptions } from '../../../lib/platforms/vendor.js';
import { TOKEN } from './outcome.js';
import type { VendorServer } from './server.js';

/** The instant at which each test begins, and its recovery, too. */
export const SINCE = new Date('2026-03-02T00:00:00Z');
export const ROLLBACK = {
  name: 'rollback',
  rollback_type: 'deployment',
} as const satisfies Action;
export const RECOVERY_ID = '0199c0de-0000-7000-8000-000000000001';

/** Whether what a vendor has accepted is done at once, or when the test says so. */
export type Finish = 'at_once' | 'by_hand';

/** What a vendor's server is started with. */
export interface ServerStart {
  readonly token: string;
  readonly now: () => Date;
  readonly finish: Finish;
}

/** What an adapter is made with, whoever the vendor is. */
export type AdapterOptions = VendorOptions & {
  readonly settleMs?: number;
  readonly lookMs?: number;
  readonly stepMs?: number;
};

/** How a vendor's server is started, and its adapter made. */
export interface RigParts<Server, Given> {
  /** Name of the variable that holds the token. */
  readonly credential: string;
  /** @param given - in what the target differs from the usual one */
  readonly start: (given: Partial<Given>, options: ServerStart) => Promise<Server>;
  readonly adapter: (options: AdapterOptions) => Platform;
}

/** An adapter, and the server that it calls: each test of a file has its own, which ends with it. */
export class VendorRig<Server extends VendorServer, Given> {
  /** The clock of both. */
  now = new Date(SINCE);
  readonly #parts: RigParts<Server, Given>;
  #server: Server | undefined;

  constructor(parts: RigParts<Server, Given>) {
    this.#parts = parts;
    beforeEach(async () => {
      this.now = new Date(SINCE);
      await this.restartWith({});
    });
    afterEach(async () => {
      const ending = this.#server;
      this.#server = undefined;
      await ending?.close();
    });
  }

  get server(): Server {
    if (this.#server === undefined) throw new Error('the server runs only within a test');
    return this.#server;
  }

  platform(given: Partial<AdapterOptions> = {}): Platform {
    const { adapter, credential } = this.#parts;
    return adapter({
      baseUrl: this.server.url,
      credential: (name) => (name === credential ? TOKEN : undefined),
      fetch,
      now: () => this.now,
      timeoutMs: 5000,
      ...given,
    });
  }

  /** Begin anew with another target than the usual one. */
  async restartWith(given: Partial<Given>, finish: Finish = 'at_once'): Promise<void> {
    await this.#server?.close();
    this.#server = await this.#parts.start(given, { token: TOKEN, now: () => this.now, finish });
  }

  /** The names of the calls so far. */
  operations(): readonly string[] {
    return this.server.calls.map(({ operation }) => operation);
  }
}

/** A request for an action that the system has decided on. */
export function askingFor(
  asked: Pick<ActionRequest, 'target' | 'action'>,
  given: Partial<ActionRequest> = {},
): ActionRequest {
  return { recoveryId: RECOVERY_ID, component: 'shop', byPerson: false, ...asked, ...given };
}
