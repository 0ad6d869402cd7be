import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAgent } from '../../lib/agent/agent.js';

// A service in a process of its own. What it does stands in SERVICE, its agent's options in AGENT.

const held = new Map<number, object>();
const agent = startAgent({ intervalS: 0.2, ...JSON.parse(process.env['AGENT'] ?? '{}') });

const tasks: Record<string, () => void> = {
  /** Nothing but the agent: must end by itself. */
  idle() {},
  /** Holds about 80 MB in a cache. */
  hoarder() {
    agent.registerCache({ name: 'hoard', clear: () => held.clear(), size: () => held.size });
    for (let n = 0; n < 40; n += 1) {
      held.set(
        n,
        Array.from({ length: 20_000 }, (_, item) => ({ n, item, text: `item ${item}` })),
      );
    }
    setInterval(() => undefined, 1000);
  },
  /** Answers at once, or after a while on /slow. */
  server() {
    const server = createServer((request, response) => {
      setTimeout(() => response.end(agent.bootId), request.url === '/slow' ? 1500 : 0);
    });
    agent.instrument(server);
    server.listen(Number(process.env['PORT']), '127.0.0.1', () => {
      console.error(`listening ${(server.address() as AddressInfo).port}`);
    });
  },
};

tasks[process.env['SERVICE'] ?? 'idle']?.();
