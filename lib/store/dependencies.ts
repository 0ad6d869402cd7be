import * as z from 'zod';
import type { DependsOn } from '../domain/decide/dependencies.js';
import type { Sql } from './sql.js';

const Row = z.object({ name: z.string(), on: z.array(z.string()) });

/** Read what the components depend on, of those that depend on anything. */
export async function readDependencies(sql: Sql): Promise<DependsOn> {
  const rows = await sql`
    select name, depends_on as "on"
    from components
    where removed_at is null
    and depends_on <> '{}'`;
  return new Map(
    z
      .array(Row)
      .parse(rows)
      .map(({ name, on }) => [name, on]),
  );
}
