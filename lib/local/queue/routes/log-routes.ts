import { MESSAGE_FIELDS, parseFilter } from '../filter.js';
import type { Core } from '../publish.js';
import type { Route } from '../route.js';

const FILTERS = [...MESSAGE_FIELDS, 'messageId', 'messageIds', 'host', 'path', 'state'];

/** Show what happened to messages: under the name that the SDK uses, and the documented one. */
export function logRoutes({ log }: Core): readonly Route[] {
  const page = (query: URLSearchParams) =>
    log.page(parseFilter(query, FILTERS, ['count', 'cursor']), query);
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/events\/?$/,
      handle: ({ query }) => ({ status: 200, body: page(query) }),
    },
    {
      methods: ['GET'],
      pattern: /^\/v2\/logs\/?$/,
      handle: ({ query }) => {
        const { events: logs, cursor } = page(query);
        return { status: 200, body: { logs, cursor } };
      },
    },
  ];
}
