import type { KeyObject } from 'node:crypto';
import type { CommandPayload, CommandResult } from './command.js';
import { type Commander, createCommander, type Outcome } from './commander.js';
import type { Notify } from './notice.js';
import type { Identity } from './open-command.js';
import type { AgentSettings, Machinery } from './options.js';
import type { Outbox } from './outbox.js';
import { createPush } from './push.js';
import { createPusher, type Pusher } from './pusher.js';

/** The way to Forestall and back. */
export interface Link {
  readonly pusher: Pusher;
  readonly commander: Commander;
}

/** What a link works with. */
export interface LinkDeps {
  readonly identity: Identity;
  readonly keys: readonly KeyObject[];
  readonly settings: AgentSettings;
  readonly machinery: Machinery;
  readonly outbox: Outbox;
  readonly fetch: typeof fetch;
  readonly notify: Notify;
  readonly carryOut: (command: CommandPayload) => Promise<Outcome>;
  readonly report: (result: CommandResult) => void;
  readonly repeat: (result: CommandResult) => void;
  /** Have the next sample within some seconds. */
  readonly sooner: (seconds: number) => void;
}

/** Connect pushes and commands: commands come in the answers to pushes. */
export function createLink(deps: LinkDeps): Link {
  const { identity, settings, machinery, outbox, notify, carryOut, report } = deps;
  const commander = createCommander({
    identity,
    keys: deps.keys,
    now: machinery.now,
    carryOut,
    report,
    repeat: deps.repeat,
    notify,
  });
  const pusher = createPusher({
    outbox,
    push: createPush({
      url: settings.url,
      key: settings.key,
      identity,
      fetch: deps.fetch,
      now: machinery.now,
    }),
    notify,
    onStored({ commands, nextPushS }) {
      if (nextPushS !== null) deps.sooner(nextPushS);
      commander.receive(commands);
    },
    backoff: machinery.pushBackoff,
    refusedBackoff: machinery.refusedBackoff,
    timeoutMs: machinery.pushTimeoutMs,
    random: machinery.random,
  });
  return { pusher, commander };
}
