export type { Agent, Middleware } from './agent.js';
export { startAgent } from './agent.js';
export type { Cache } from './caches.js';
export type { MemoryResult } from './clean-memory.js';
export {
  AgentEvent,
  CommandAction,
  CommandEnvelope,
  CommandPayload,
  CommandResult,
} from './command.js';
export type { ErrorClass, Strategy } from './error-class.js';
export { classifyError, STRATEGIES } from './error-class.js';
export type { ReportedError } from './error-history.js';
export type { Healer, HealingOptions } from './healing-options.js';
export type { AgentNotice } from './notice.js';
export type { CommandRefusal } from './open-command.js';
export type { AgentOptions } from './options.js';
export type { DatabasePool, DatabaseResult } from './reset-database.js';
export type { Observation } from './traffic.js';
export { withSelfHealing } from './with-self-healing.js';
