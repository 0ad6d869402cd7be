import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** What a recorded service does: an answer's status for each request. */
export interface Work {
  handle(): Promise<number>;
  /** Percent of the pool of connections in use; absent without a pool. */
  poolUsage?(): number;
}

/** A rank from 0 on, small ones far more often: the popularity of goods. */
function popular(ranks: number): number {
  return Math.min(ranks - 1, Math.floor(ranks ** Math.random()) - 1);
}

/** A page of goods: an object that costs something to make, and something to keep. */
function page(rank: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 120 }, (_, i) => [`field${i}`, `${rank}/${i}/${Math.random()}`]),
  );
}

/** Goods, kept in a cache of bounded size: memory rises while it warms up, and then no more. */
function catalogue(): Work {
  const kept = new Map<number, Record<string, string>>();
  return {
    async handle() {
      const rank = popular(30_000);
      const found = kept.get(rank) ?? page(rank);
      kept.delete(rank);
      kept.set(rank, found);
      if (kept.size > 6000) kept.delete(kept.keys().next().value ?? rank);
      return JSON.stringify(found).length > 0 ? 200 : 500;
    },
  };
}

const CONNECTIONS = 10;
const PATIENT = 30;
const SESSION_MS = 60_000;

/** Orders: a pool of ten connections with a bounded queue before it, and sessions that end by themselves. */
function orders(): Work {
  const waiting: (() => void)[] = [];
  const sessions = new Map<number, unknown>();
  let used = 0;
  let next = 0;
  const release = (): void => {
    const first = waiting.shift();
    if (first === undefined) used -= 1;
    else first();
  };
  return {
    poolUsage: () => (100 * used) / CONNECTIONS,
    async handle() {
      if (used < CONNECTIONS) used += 1;
      else if (waiting.length >= PATIENT) return 503;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      await pause(15 * Math.exp(0.7 * (Math.random() + Math.random() + Math.random() - 1.5) * 2));
      release();
      const id = next++;
      sessions.set(id, page(id));
      setTimeout(() => sessions.delete(id), SESSION_MS).unref();
      return 200;
    },
  };
}

const BATCH_EVERY_MS = 360_000;
const BATCH_MS = 25_000;

/** One slice of a report: memory that lives until the report is done, and work for the processor. */
function slice(rows: number[][]): void {
  rows.push(Array.from({ length: 20_000 }, () => Math.random()).sort((a, b) => a - b));
  if (rows.length > 120) rows.length = 0;
  gzipSync(JSON.stringify(rows.at(-1)?.slice(0, 2000) ?? []));
}

/** Reports: next to no requests, and a batch that runs again and again. */
function reports(): Work {
  const batch = async (): Promise<void> => {
    const rows: number[][] = [];
    for (const end = Date.now() + BATCH_MS; Date.now() < end; ) {
      slice(rows);
      await pause(12);
    }
  };
  setInterval(() => void batch(), BATCH_EVERY_MS).unref();
  return {
    async handle() {
      await pause(2 + 3 * Math.random());
      return 200;
    },
  };
}

/** What can be recorded, by name: its work, its limit of memory in MiB, and its requests per second. */
export const RECORDED = {
  catalogue: { work: catalogue, memoryMb: 220, perSecond: 25 },
  orders: { work: orders, memoryMb: 220, perSecond: 30 },
  reports: { work: reports, memoryMb: 200, perSecond: 1 },
} as const satisfies Readonly<
  Record<string, { work: () => Work; memoryMb: number; perSecond: number }>
>;

/** A service that can be recorded. */
export type Recorded = keyof typeof RECORDED;
