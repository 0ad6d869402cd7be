import * as z from 'zod';
import { app } from '../app.js';
import { ComponentName } from '../domain/component.js';
import { insights } from '../flows/insights.js';
import { insightsTable } from '../flows/insights-table.js';
import { csv } from '../http/csv.js';
import { requireComponent } from '../http/identity.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { deps } from './deps.js';

const UNIT_S: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** A window such as `24h`, `90m`, `7d`; at most a year. */
const Span = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhd]$/, 'a window looks like 90m, 24h or 7d')
  .transform((text) => Number(text.slice(0, -1)) * (UNIT_S[text.slice(-1)] ?? 0))
  .refine((seconds) => seconds <= 366 * 86_400, 'a window is at most a year');

const Query = z.strictObject({
  window: Span.optional(),
  component: ComponentName.optional(),
  format: z.enum(['json', 'csv']).default('json'),
});

/** The analytics: the reference document's three tables, and what has come of it all. */
export const insightsGet = keyEndpoint(
  deps,
  { scope: 'read', bound: true, query: Query },
  async ({ query, identity }) => {
    requireComponent(identity, query.component ?? null);
    const read = await insights(app(), {
      windowS: query.window ?? null,
      component: query.component ?? null,
    });
    if (query.format === 'json') return read;
    return new Response(csv(['table', 'name', 'figure', 'value'], insightsTable(read)), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="forestall-insights.csv"',
      },
    });
  },
);
