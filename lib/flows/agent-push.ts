import type { CommandEnvelope } from '../agent/command.js';
import type { App } from '../app.js';
import {
  handCommands,
  notePush,
  type Pusher,
  readHanded,
  takeResults,
} from '../store/agent-commands.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import type { Row, Sql, Statement } from '../store/sql.js';

/** What an agent sends beside its samples. */
export interface Push extends Pusher {
  readonly results: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly result?: Readonly<Record<string, unknown>> | undefined;
    readonly error?: string | undefined;
  }[];
  readonly events: readonly {
    readonly kind: string;
    readonly at: Date;
    readonly result: Readonly<Record<string, unknown>>;
  }[];
}

/** What goes along with an agent's samples in one round trip; the commands for it come last. */
export function pushStatements(sql: Sql, push: Push): Statement[] {
  return [
    notePush(sql, push),
    ...(push.results.length > 0 ? [takeResults(sql, push, push.results)] : []),
    ...(push.events.length > 0
      ? [
          writeBrain(
            sql,
            push.events.map((event) => eventRow(push, event)),
            push.component,
          ),
        ]
      : []),
    handCommands(sql, push),
  ];
}

/** What an agent did by itself; a repeated push tells it once. */
function eventRow(
  { component, instance, bootId }: Push,
  { kind, at, result }: Push['events'][number],
): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: kind,
    component,
    input: { instance, boot_id: bootId, by: 'agent', at },
    output: result,
    success: result['success'] === true,
    eventKey: `agent:${component}:${instance}:${bootId}:${kind}:${at.toISOString()}`,
  };
}

/** Sign the commands that wait for the boot that pushes. */
export function handCommandsTo(app: App, push: Push, rows: readonly Row[]): CommandEnvelope[] {
  return readHanded(rows).map(({ id, action, onlyIfLeaking, now, expiresAt }) =>
    app.commands.sign({
      v: 1,
      id,
      action,
      params: onlyIfLeaking ? { only_if_leaking: true } : {},
      component: push.component,
      instance: push.instance,
      boot_id: push.bootId,
      issued_at: now.toISOString(),
      expires_at: new Date(
        Math.min(expiresAt.getTime(), now.getTime() + COMMAND_LIFE_MS),
      ).toISOString(),
    }),
  );
}

/** An agent refuses what claims to live longer. */
const COMMAND_LIFE_MS = 60_000;
