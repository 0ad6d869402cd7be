import type { App } from '../../lib/app.js';
import type { Outgoing } from '../../lib/queue/queue.js';
import { withoutNudges } from './flow-parts.js';
import { renderDeploy, renderService } from './render/service.js';
import { type RenderServer, startRenderServer } from './render-server.js';
import { startTestStack, type TestStack } from './stack.js';

/** An installation whose flows are called by the test itself. */
export interface FlowStack {
  readonly stack: TestStack;
  readonly render: RenderServer;
  /** The application with a queue that only notes what it is given. */
  readonly app: App;
  readonly sent: Outgoing[];
  close(): Promise<void>;
}

/** Start one, with a service `srv-1` at Render that was deployed twice. */
export async function startFlowStack(settings: object = {}): Promise<FlowStack> {
  const deploys = [renderDeploy(2, 'live'), renderDeploy(1)];
  const render = await startRenderServer({
    token: 'rnd_test',
    services: [renderService('srv-1', { deploys })],
  });
  const stack = await startTestStack({
    settings: {
      recoveryShare: 1,
      stormMin: 100_000,
      providerTogetherMin: 100_000,
      restartCooldownS: 0,
      restartsPerHour: 100_000,
      actionsPerHour: 100_000,
      freshIntervals: 1000,
      freshShare: 0,
      ...settings,
    },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  await withoutNudges(stack.app);
  const sent: Outgoing[] = [];
  const publish = async (messages: readonly Outgoing[]): Promise<void> => {
    sent.push(...messages);
  };
  return {
    stack,
    render,
    sent,
    app: { ...stack.app, log: () => undefined, queue: { ...stack.app.queue, publish } },
    async close() {
      await stack.close();
      await render.close();
    },
  };
}
