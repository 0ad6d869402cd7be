import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';

/** What it is asked for by Forestall. */
const DeployerAction = z.enum(['rollback', 'restart']);
type DeployerAction = z.infer<typeof DeployerAction>;

/** What the deployer's addresses are answered with. */
export interface DeployerWays {
  /** The secret by which Forestall signs. */
  readonly secret: string;
  readonly isProviderOut: () => boolean;
  /** What Forestall may ask for, by action; each throws `Error` when it cannot be done. */
  readonly actions: Readonly<Record<DeployerAction, (service: string) => Promise<void>>>;
}

/** Forestall's message, as far as it is read. */
const Message = z.object({
  data: z.object({ target: z.string(), action: DeployerAction }),
});

interface Answer {
  readonly status: number;
  readonly body: object;
}

function statusPage(isOut: boolean): object {
  const status = isOut
    ? { indicator: 'major', description: 'Mail is not delivered' }
    : { indicator: 'none', description: 'All Systems Operational' };
  return { status, components: [] };
}

/** Carry out what Forestall asks for, each message once, however often it comes. */
function createHook({ secret, actions }: DeployerWays) {
  const webhook = new Webhook(secret);
  const known = new Map<string, Promise<void>>();
  return async (request: IncomingMessage): Promise<Answer> => {
    const headers = request.headers as Record<string, string>;
    let read: unknown;
    try {
      read = webhook.verify(await text(request), headers);
    } catch {
      return { status: 401, body: { error: 'not signed by Forestall' } };
    }
    const message = Message.safeParse(read).data?.data;
    if (message === undefined)
      return { status: 400, body: { error: 'neither a rollback nor a restart' } };
    const id = headers['webhook-id'] ?? '';
    const done = known.get(id) ?? actions[message.action](message.target);
    known.set(id, done);
    return done.then(
      () => ({ status: 200, body: { state: 'done' } }),
      () => ({ status: 200, body: { state: 'failed' } }),
    );
  };
}

/**
 * The addresses of a small deployer: `/hook` for Forestall's signed messages, and, as the lab has no other
 * outside world, `/provider` and its status page `/status`.
 */
export function createDeployerServer(ways: DeployerWays): Server {
  const hook = createHook(ways);
  async function answer(request: IncomingMessage): Promise<Answer> {
    const { url } = request;
    if (url === '/hook') return hook(request);
    const isOut = ways.isProviderOut();
    if (url === '/status') return { status: 200, body: statusPage(isOut) };
    return { status: isOut ? 503 : 200, body: {} };
  }
  return createServer((request, response) => {
    void answer(request)
      .catch(() => ({ status: 500, body: {} }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
  });
}
