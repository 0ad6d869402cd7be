import type { CommandPayload } from './command.js';
import type { Outcome } from './commander.js';
import type { Healing } from './healing.js';

/** What commands act on. */
export interface Actions {
  readonly healing: Healing;
  /** Drain and exit; called once the acceptance is on its way. */
  readonly restart: (id: string) => Promise<void>;
}

async function cleanMemory({ healing }: Actions, command: CommandPayload): Promise<Outcome> {
  const isConditional = command.params.only_if_leaking === true;
  const result = await (isConditional ? healing.cleanIfLeaking() : healing.memory.now());
  return { ok: result.success, result: { ...result } };
}

async function resetDatabase({ healing }: Actions): Promise<Outcome> {
  const result = (await healing.database?.now()) ?? {
    success: false,
    attempts: 0,
    message: 'this service has given its agent no database pool',
  };
  return { ok: result.success, result: { ...result } };
}

/** Only accepted here: it is proven by another boot of this instance. */
async function restart({ restart: begin }: Actions, command: CommandPayload): Promise<Outcome> {
  return {
    ok: true,
    result: {
      success: true,
      service_id: command.instance,
      component: command.component,
      status_code: 202,
      message: 'accepted: drains, then exits',
    },
    afterwards: () => begin(command.id),
  };
}

const BY_ACTION: Readonly<
  Record<CommandPayload['action'], (actions: Actions, command: CommandPayload) => Promise<Outcome>>
> = { clean_memory: cleanMemory, reset_database: resetDatabase, restart };

/** Carry one good command out; the result is the contract's of its action. */
export function carryOut(actions: Actions, command: CommandPayload): Promise<Outcome> {
  return BY_ACTION[command.action](actions, command);
}
