import * as z from 'zod';

/** What an API key may do. */
export const Scope = z.enum(['ingest', 'read', 'deploy', 'operate', 'admin']);
export type Scope = z.infer<typeof Scope>;

/** Say whether the scopes held allow what is wanted: admin allows all, operate allows reading. */
export function hasScope(held: readonly Scope[], wanted: Scope): boolean {
  if (held.includes(wanted) || held.includes('admin')) return true;
  return wanted === 'read' && held.includes('operate');
}
