import { type FlowStack, startFlowStack } from './flow-stack.js';
import { flyMachine } from './fly/machine.js';
import { type FlyServer, startFlyServer } from './fly-server.js';
import { type KubernetesServer, startKubernetesServer } from './kubernetes-server.js';

/** An installation, a cluster with one Deployment, and Fly.io with one app of two machines; both called `shop`. */
export interface ClusterAndFly {
  readonly flows: FlowStack;
  readonly cluster: KubernetesServer;
  readonly fly: FlyServer;
  close(): Promise<void>;
}

/** @param now - the clock of both platforms */
export async function startClusterAndFly(
  settings: object,
  now: () => Date,
): Promise<ClusterAndFly> {
  const cluster = await startKubernetesServer({
    ...{ token: 'kubernetes_test', now, images: ['shop:1'] },
  });
  const machines = [1, 2].map((order) => flyMachine(order));
  const fly = await startFlyServer({ token: 'fly_test', app: 'shop', now, machines });
  const flows = await startFlowStack(
    { provenMinutes: 30, ...settings },
    {
      KUBERNETES_API_URL: cluster.url,
      KUBERNETES_TOKEN: 'kubernetes_test',
      FLY_API_URL: fly.url,
      FLY_API_TOKEN: 'fly_test',
    },
  );
  return {
    ...{ flows, cluster, fly },
    async close() {
      await flows.close();
      await cluster.close();
      await fly.close();
    },
  };
}
