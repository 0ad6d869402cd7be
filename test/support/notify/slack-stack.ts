import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderService } from '../render/service.js';
import { type RenderServer, startRenderServer } from '../render-server.js';
import { send, startTestStack, type TestStack } from '../stack.js';
import { SLACK_CHANNEL, SLACK_TOKEN, type SlackServer, startSlackServer } from './slack-server.js';

/** An installation that tells Slack, whose members U0ANN and U0BOB may answer. */
export interface SlackStack {
  readonly stack: TestStack;
  readonly slack: SlackServer;
  readonly render: RenderServer;
  close(): Promise<void>;
}

const SECRET = 'slack-signing-secret-of-the-test';
const FIXTURE = path.join(
  import.meta.dirname,
  '../../fixtures/notify/slack-block-actions-payload.json',
);

/** Start one, with a service `srv-1` at Render. */
export async function startSlackStack(settings: object = {}): Promise<SlackStack> {
  const slack = await startSlackServer();
  const render = await startRenderServer({ token: 'rnd_test', services: [renderService('srv-1')] });
  const stack = await startTestStack({
    settings: {
      recoveryShare: 1,
      stormMin: 100_000,
      providerTogetherMin: 100_000,
      restartCooldownS: 0,
      flapChanges: 1000,
      claimS: 90,
      ...settings,
    },
    env: {
      RENDER_API_URL: render.url,
      RENDER_API_KEY: 'rnd_test',
      SLACK_API_URL: slack.api,
      SLACK_BOT_TOKEN: SLACK_TOKEN,
      SLACK_CHANNEL,
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_APPROVERS: 'U0ANN, U0BOB',
    },
  });
  return {
    stack,
    slack,
    render,
    async close() {
      await stack.close();
      await render.close();
      await slack.close();
    },
  };
}

/** What somebody pressed. */
export interface TestPress {
  readonly user: string;
  readonly action: string;
  readonly value: string;
}

/** What Slack sends when somebody presses a button, signed or not. */
export function pressRequest({ slack }: SlackStack, { user, action, value }: TestPress) {
  const sample = JSON.parse(readFileSync(FIXTURE, 'utf8'));
  const payload = {
    ...sample,
    user: { ...sample.user, id: user, username: user.toLowerCase() },
    response_url: slack.responseUrl,
    actions: [
      {
        ...sample.actions[0],
        action_id: action,
        value,
        action_ts: `${Date.now()}.${Math.random()}`,
      },
    ],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    authorization: '',
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${mac}`,
  };
  return { body, headers };
}

/** Press a button, as Slack tells of it. */
export async function press(world: SlackStack, pressed: TestPress) {
  const { body, headers } = pressRequest(world, pressed);
  return send(`${world.stack.url}/api/webhooks/slack`, 'POST', body, headers);
}

/** The value of a button that a message shows. */
export function buttonOf({ slack }: SlackStack, action: string, place = 0): string {
  const elements = slack.messages[place]?.blocks.flatMap((block) => block.elements ?? []) ?? [];
  const button = elements.find(({ action_id: id }) => id === action);
  if (button === undefined) throw new Error(`the message has no button ${action}`);
  return button.value;
}
