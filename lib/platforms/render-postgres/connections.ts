import * as z from 'zod';
import type { Prepared } from '../platform.js';
import { CLOCK_SKEW_MS, refuse } from '../vendor-action.js';
import type { Backend, Database } from './answers.js';
import type { RenderPostgresStep } from './render-postgres-action.js';

/** How long a connection must have stood to show something by its end: shorter ones come and go by themselves. */
const LASTING_MS = 60_000;

const Known = z.object({
  pid: z.number(),
  began_at: z.iso.datetime(),
  /** Whether it was the primary's; null where Render did not tell. */
  leads: z.boolean().nullable(),
});

/** What was known of a database before the call. */
const Before = z.object({
  status: z.string(),
  /** Whether there is a standby, whose connections Render lists, too. */
  high_availability: z.boolean(),
  /** When it was read, by our clock: the call came after it. */
  read_at: z.iso.datetime(),
  /** What was connected; null where Render could not tell. */
  connections: z.array(Known).nullable(),
});
export type Before = z.infer<typeof Before>;

/** What is stored before the call. No query, and no name of a user, is part of it. */
export async function readBefore(step: RenderPostgresStep, database: Database): Promise<Before> {
  const processes = await step.calls.processes();
  return {
    status: database.status,
    high_availability: database.highAvailabilityEnabled,
    read_at: step.now.toISOString(),
    connections:
      processes?.map(({ pid, backendStart, isLeader }) => ({
        pid,
        began_at: backendStart.toISOString(),
        leads: isLeader,
      })) ?? null,
  };
}

/** What was stored before the call. Without it nobody knows what is new, and nothing is done. */
export function storedBefore(step: RenderPostgresStep, { before }: Prepared): Before {
  const parsed = Before.safeParse(before);
  return parsed.success
    ? parsed.data
    : refuse(step, 'the recovery does not say what was known before: plan it anew');
}

/** What the primary has now, beside what was known before the call. */
export interface Compared {
  /** The primary's own from before, which it still has. */
  readonly kept: number;
  /** Begun before the call, and not known then. Whose they were nobody can say. */
  readonly older: number;
  /** When those began that came after the call, earliest first. */
  readonly fresh: readonly Date[];
  /** Whether it has one that another node had: it is not the primary of before. */
  readonly switched: boolean;
  /** Whether Render tells of each whose it is. */
  readonly told: boolean;
  /** Whether all that was connected before may have ended by itself, so that nothing shows by its end. */
  readonly fleeting: boolean;
}

/**
 * Tell what the primary has now apart from what it had before the call.
 *
 * By the numbers and beginnings that Render tells; only where a connection was not known are two clocks
 * compared, with {@link CLOCK_SKEW_MS} between them.
 *
 * @param since - the first call, or earlier
 */
export function compare(
  processes: readonly Backend[],
  { connections, read_at }: Before,
  since: Date,
): Compared {
  const readAt = Date.parse(read_at);
  const from = Math.max(since.getTime(), readAt) - CLOCK_SKEW_MS;
  const known = new Map(connections?.map((one) => [nameOf(one.pid, one.began_at), one.leads]));
  const leading = processes
    .filter(({ isLeader }) => isLeader !== false)
    .map(({ pid, backendStart }) => {
      const led = known.get(nameOf(pid, backendStart.toISOString()));
      return { began: backendStart, led };
    });
  const unknown = leading.filter(({ led }) => led === undefined);
  return {
    kept: leading.filter(({ led }) => led === true || led === null).length,
    older: unknown.filter(({ began }) => began.getTime() < from).length,
    fresh: unknown
      .map(({ began }) => began)
      .filter((began) => began.getTime() >= from)
      .toSorted((a, b) => a.getTime() - b.getTime()),
    switched: leading.some(({ led }) => led === false),
    told: processes.every(({ isLeader }) => isLeader !== null),
    fleeting: !(connections?.some((one) => lasted(one, readAt)) ?? true),
  };
}

const nameOf = (pid: number, beganAt: string): string => `${pid} ${beganAt}`;

const lasted = ({ leads, began_at }: z.infer<typeof Known>, readAt: number): boolean =>
  leads !== false && readAt - Date.parse(began_at) >= LASTING_MS;
