import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** One request that was not answered as it should be. */
export interface Lost {
  /** When it was sent, and when it was lost: milliseconds since the epoch. */
  readonly sentAt: number;
  readonly at: number;
  readonly why: string;
}

/** Traffic under way. */
export interface Load {
  readonly perSecond: number;
  readonly sent: number;
  readonly answered: number;
  readonly lost: readonly Lost[];
  /** Send no more, and wait for what is under way. Safe to repeat. */
  stop(): Promise<void>;
}

/** How traffic is made. */
export interface LoadOptions {
  readonly url: string;
  readonly perSecond: number;
  /** Time in which a request must be answered with a status of 200 to 299. */
  readonly limitMs: number;
}

/** Between two tries of a request that was refused, milliseconds. */
const RETRY_MS = 100;

/** Post once; answers the status. A connection of its own each time, as of another customer. */
function post(url: string, limitMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
    const sent = request(url, { method: 'POST', agent: false, signal }, (response) => {
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    sent.on('error', reject);
    sent.end();
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * Send one request and see it through: null when it was answered well in time, otherwise why not.
 *
 * Nobody listening is tried again within the time, as nothing was sent; whatever was sent is not, as
 * nobody knows whether it was done.
 */
async function customer({
  url,
  limitMs,
}: Pick<LoadOptions, 'url' | 'limitMs'>): Promise<string | null> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    try {
      const status = await post(url, endsAt - performance.now());
      return status >= 200 && status <= 299 ? null : `answered ${status}`;
    } catch (error) {
      const why = reasonOf(error);
      const isOver = performance.now() + RETRY_MS >= endsAt;
      if (why !== 'ECONNREFUSED' || isOver) return why;
      await pause(RETRY_MS);
    }
  }
}

/**
 * Send one request to see that a service is ready.
 *
 * @throws {Error} when it is not
 */
export async function knock(url: string, limitMs: number): Promise<void> {
  const why = await customer({ url, limitMs });
  if (why !== null) throw new Error(`a service does not answer: ${why}`);
}

/** Send requests at an even rate from now on, whether or not they are answered. */
export function startLoad(options: LoadOptions): Load {
  const underWay = new Set<Promise<void>>();
  const lost: Lost[] = [];
  const began = performance.now();
  let sent = 0;
  let answered = 0;
  async function send(): Promise<void> {
    const sentAt = Date.now();
    const why = await customer(options);
    if (why === null) answered += 1;
    else lost.push({ sentAt, at: Date.now(), why });
  }
  const timer = setInterval(() => {
    const due = ((performance.now() - began) * options.perSecond) / 1000;
    while (sent < due) {
      sent += 1;
      const one = send().finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }, 20);
  return {
    perSecond: options.perSecond,
    get sent() {
      return sent;
    },
    get answered() {
      return answered;
    },
    lost,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
