import { AppError } from '../../errors.js';
import { type Call, order, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { type Backend, Database, Processes } from './answers.js';

/** The calls that recoveries of one database at Render make. All throw as {@link request} does. */
export interface RenderPostgresCalls {
  database(): Promise<Database>;
  /** What is connected, on all of its nodes; null where Render cannot tell, as while the database is down. */
  processes(): Promise<readonly Backend[] | null>;
  /** Answers the status. */
  restart(): Promise<number>;
  /** Answers the status. */
  failOver(): Promise<number>;
}

/** The path of a database in Render's API. */
export const postgresPath = (postgresId: string): string =>
  `/postgres/${encodeURIComponent(postgresId)}`;

/** What Render answers where it cannot ask the database itself. */
const UNASKED = [400, 500, 503];

/** Make the calls for one database, with the credential that its component names. */
export function renderPostgresCalls(
  vendor: Vendor,
  { postgres_id, credential }: { readonly postgres_id: string; readonly credential: string },
): RenderPostgresCalls {
  const path = postgresPath(postgres_id);
  const post = (under: string): Call => ({ method: 'POST', path: `${path}${under}`, credential });
  return {
    database: async () =>
      (await request(vendor, { method: 'GET', path, credential }, Database)).data,
    async processes() {
      const list: Call = { method: 'GET', path: `${path}/query/processes`, credential };
      try {
        return (await request(vendor, { ...list, answers: UNASKED }, Processes)).data;
      } catch (error) {
        if (isSilence(error)) return null;
        throw error;
      }
    },
    restart: () => order(vendor, post('/restart')),
    failOver: () => order(vendor, post('/failover')),
  };
}

/** Whether nothing was answered: a limit that is used up says until when. */
function isSilence(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'upstream_unavailable' &&
    error.retryAfterS === undefined
  );
}
