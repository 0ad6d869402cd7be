import { type KeyObject, randomUUID } from 'node:crypto';
import { createHealing, type Healing } from './healing.js';
import { type Notify, safeNotify } from './notice.js';
import type { Identity } from './open-command.js';
import { type AgentOptions, type AgentSettings, type Machinery, readOptions } from './options.js';
import { createOutbox, type Outbox } from './outbox.js';
import { readPublicKey } from './public-key.js';
import { createSensors, type Sensors } from './sensors.js';

/** The parts of an agent. */
export interface AgentParts {
  readonly options: AgentOptions;
  readonly settings: AgentSettings;
  readonly machinery: Machinery;
  readonly identity: Identity;
  readonly keys: readonly KeyObject[];
  readonly notify: Notify;
  readonly outbox: Outbox;
  readonly sensors: Sensors;
  readonly healing: Healing;
  readonly stopping: AbortController;
}

/**
 * Read the options and make the parts.
 *
 * @throws {RangeError} when an option is wrong; nothing has been begun then
 */
export function createParts(options: AgentOptions, machinery: Machinery): AgentParts {
  const settings = readOptions(options);
  const { component, instance } = settings;
  const keys = [settings.commandKey ?? []].flat().map(readPublicKey);
  const notify = safeNotify(options.onEvent);
  const outbox = createOutbox(settings.bufferLimit);
  const sensors = createSensors(settings, options.databasePool, notify);
  const stopping = new AbortController();
  const healing = createHealing({
    options,
    machinery,
    history: sensors.history,
    notify,
    onEvent: outbox.addEvent,
    signal: stopping.signal,
  });
  const identity = { component, instance, bootId: randomUUID() };
  return {
    options,
    settings,
    machinery,
    identity,
    keys,
    notify,
    outbox,
    sensors,
    healing,
    stopping,
  };
}
