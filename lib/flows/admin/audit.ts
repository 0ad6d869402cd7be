import type { App } from '../../app.js';
import { listAudit } from '../../store/audit.js';

/** Read who changed what, newest first. */
export async function showAudit(
  app: App,
  page: { before: string | null; limit: number },
): Promise<object> {
  const entries = await listAudit(app.sql, page);
  const last = entries.length === page.limit ? entries.at(-1) : undefined;
  return { entries, next_cursor: last?.id ?? null };
}
