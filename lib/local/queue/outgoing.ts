import type { Outgoing } from './deliver.js';
import type { Settings } from './settings.js';
import { sign } from './signer.js';
import type { Message } from './tables.js';

/**
 * Make the request that delivers a message: the forwarded headers, the service's own, a signature.
 *
 * @param signer - the key to sign with and the instant to put into the signature
 * @see https://upstash.com/docs/qstash/howto/receiving
 */
export function outgoingRequest(
  message: Message,
  settings: Settings,
  signer: { readonly key: string; readonly nowMs: number },
): Outgoing {
  const body = Buffer.from(message.body, 'base64');
  return {
    url: message.url,
    method: settings.method,
    body,
    timeoutMs: settings.timeoutMs,
    headers: {
      ...settings.forward,
      ...present({
        'upstash-topic-name': message.topicName,
        'upstash-endpoint-name': message.endpointName,
        'upstash-queue-name': message.queueName,
        'upstash-schedule-id': message.scheduleId,
        'upstash-label': message.options['upstash-label'],
      }),
      'user-agent': 'Upstash-QStash',
      'upstash-message-id': message.messageId,
      'upstash-retried': String(message.retried),
      'upstash-caller-ip': message.callerIp,
      'upstash-signature': sign(signer.key, { url: message.url, body, nowMs: signer.nowMs }),
    },
  };
}

function present(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      set[name] = value;
    }
  }
  return set;
}
