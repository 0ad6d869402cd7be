import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Probed } from '../../lib/domain/decide/probe-step.js';

/** A health URL, and what it says when it is asked. */
export interface HealthAddress {
  readonly url: string;
  says: Probed;
  close(): void;
}

/** Serve one that is well at first; a silent one takes calls and drops them. */
export async function startHealthAddress(): Promise<HealthAddress> {
  const server = createServer(({ socket }, response) => {
    if (one.says === 'silent') return void socket.destroy();
    response.statusCode = one.says === 'well' ? 200 : 503;
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // Listening on a port, so it has one.
  const one: HealthAddress = {
    url: `http://127.0.0.1:${port}/health`,
    says: 'well',
    close: () => void server.close(),
  };
  return one;
}
