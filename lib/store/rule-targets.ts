import * as z from 'zod';
import { ComponentConfig } from '../domain/component.js';
import { parseRows } from './rows.js';
import type { Sql } from './sql.js';

const TargetRow = ComponentConfig.pick({
  platform: true,
  database: true,
  group: true,
  labels: true,
}).extend({
  name: z.string(),
});

/** So much of a component as a healing rule can name it by. */
export type RuleTarget = z.infer<typeof TargetRow>;

/** Read whom healing rules can be for. */
export async function readRuleTargets(sql: Sql): Promise<RuleTarget[]> {
  const rows = await sql`
    select name, platform, database, peer_group as "group", labels
    from components
    where removed_at is null
    order by name
    limit 100000`;
  return parseRows(TargetRow, rows);
}
