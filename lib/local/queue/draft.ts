import { randomBytes } from 'node:crypto';
import type { Plan } from './plan.js';
import type { Settings } from './settings.js';
import type { Message } from './tables.js';

/** A message before it has an identity and a time. */
export type Draft = Omit<Message, 'messageId' | 'createdAt' | 'notBefore' | 'dueAt' | 'retried'>;

/** Give a message its identity and the instant of its first attempt. */
export function draftMessage(draft: Draft, settings: Settings, plan: Plan): Message {
  const createdAt = plan.now();
  const notBefore = settings.notBeforeMs ?? createdAt + Math.ceil(settings.delayMs);
  return {
    ...draft,
    messageId: `msg_${randomBytes(18).toString('hex')}`,
    createdAt,
    notBefore,
    dueAt: createdAt + Math.ceil(Math.max(0, notBefore - createdAt) * plan.timeScale),
    retried: 0,
  };
}
