import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fail } from '../command-line.js';
import { type DeployerAnswer, type DeployerOrder, Numbered } from './deployer-order.js';
import { createDeployerServer } from './deployer-server.js';
import { createDeployments } from './deployments.js';

/**
 * A small platform in a process of its own: it runs the lab's services, each of some version, and rolls one
 * back, or starts it anew, when Forestall asks for it by a signed webhook. It ends with its parent, and its services with it.
 */
async function main(): Promise<void> {
  const deployments = createDeployments();
  let isProviderOut = false;
  const server = createDeployerServer({
    secret: process.env['LAB_WEBHOOK_SECRET'] ?? '',
    isProviderOut: () => isProviderOut,
    actions: { rollback: deployments.rollBack, restart: deployments.restart },
  });
  async function carryOut(order: DeployerOrder): Promise<void> {
    switch (order.what) {
      case 'start':
        return deployments.start(order.services);
      case 'change':
        return deployments.change(order.service, order.version, order.flaw);
      case 'stop':
        return deployments.stop(order.service);
      case 'provider':
        isProviderOut = order.isOut;
        return;
      case 'look':
        return;
    }
  }
  process.on('message', (message) => {
    const { id, order } = Numbered.parse(message);
    const answer = (error: string | null): void => {
      const told: DeployerAnswer = { id, error, exits: deployments.exits() };
      process.send?.(told);
    };
    carryOut(order).then(
      () => answer(null),
      (error: unknown) => answer(error instanceof Error ? error.message : String(error)),
    );
  });
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => {
    deployments.stopAll().then(() => process.exit(0), fail);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.({ port: (server.address() as AddressInfo).port });
}

main().catch(fail);
