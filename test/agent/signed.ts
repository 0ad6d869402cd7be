import { randomUUID } from 'node:crypto';
import type { CommandPayload } from '../../lib/agent/command.js';
import { commandKeys } from '../../lib/security/commands.js';

/** The installation of the tests, and a stranger. */
export const ours = commandKeys(Buffer.alloc(32, 1));
export const strangers = commandKeys(Buffer.alloc(32, 2));

/** A command that lives for a minute from now on; every part can be changed. */
export function commandFor(
  to: { readonly component: string; readonly instance: string; readonly boot_id: string },
  over: Partial<CommandPayload> = {},
  issuedAtMs = Date.now(),
): CommandPayload {
  return {
    v: 1,
    id: randomUUID(),
    action: 'clean_memory',
    params: {},
    component: to.component,
    instance: to.instance,
    boot_id: to.boot_id,
    issued_at: new Date(issuedAtMs).toISOString(),
    expires_at: new Date(issuedAtMs + 60_000).toISOString(),
    ...over,
  };
}
