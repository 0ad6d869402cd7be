import { AppError } from '../errors.js';

/** The environment, and how an outside address in it is checked. */
export interface NotifyEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws {AppError} `misconfigured` unless it is https, or this machine */
  readonly address: (name: string, value: string) => string;
}

/** How people are told, as the environment says; null where a channel is not set up. */
export interface NotifyConfig {
  readonly slack: { readonly token: string; readonly channel: string } | null;
  readonly slackUrl: string;
  /** What Slack signs presses with; without it none is believed. */
  readonly slackSigningSecret: string | undefined;
  /** Slack's ids of those who may answer: nobody else may, and nobody when there are none. */
  readonly slackApprovers: readonly string[];
  readonly pagerDuty: { readonly routingKey: string } | null;
  readonly pagerDutyUrl: string;
  /** What PagerDuty signs its webhooks with; without it none is believed. */
  readonly pagerDutySecret: string | undefined;
  /** A webhook of the team's own, and what signs the messages to it. */
  readonly webhook: { readonly baseUrl: string; readonly secret: string } | null;
}

const misconfigured = (message: string): never => {
  throw new AppError('misconfigured', message);
};

/** Read how people are told. @throws {AppError} `misconfigured`, naming the variable and never its value */
export function readNotifyConfig({ env, address }: NotifyEnvironment): NotifyConfig {
  return {
    slack: slack(env),
    slackUrl: address('SLACK_API_URL', env['SLACK_API_URL'] || 'https://slack.com/api'),
    slackSigningSecret: env['SLACK_SIGNING_SECRET'] || undefined,
    slackApprovers: approvers(env['SLACK_APPROVERS'] ?? ''),
    pagerDuty: pagerDuty(env),
    pagerDutyUrl: address(
      'PAGERDUTY_EVENTS_URL',
      env['PAGERDUTY_EVENTS_URL'] || 'https://events.pagerduty.com/v2',
    ),
    pagerDutySecret: env['PAGERDUTY_WEBHOOK_SECRET'] || undefined,
    webhook: webhook({ env, address }),
  };
}

function slack(env: NotifyEnvironment['env']): NotifyConfig['slack'] {
  const token = env['SLACK_BOT_TOKEN'];
  if (!token) return null;
  const channel = env['SLACK_CHANNEL'] ?? '';
  if (!/^[CGD][A-Z0-9]{2,30}$/.test(channel)) {
    misconfigured('SLACK_CHANNEL must be the id of a channel, as C0123456789');
  }
  return { token, channel };
}

function pagerDuty(env: NotifyEnvironment['env']): NotifyConfig['pagerDuty'] {
  const routingKey = env['PAGERDUTY_ROUTING_KEY'];
  if (!routingKey) return null;
  if (!/^[A-Za-z0-9]{20,64}$/.test(routingKey)) {
    misconfigured(
      'PAGERDUTY_ROUTING_KEY must be the integration key of an Events API v2 integration',
    );
  }
  return { routingKey };
}

function webhook({ env, address }: NotifyEnvironment): NotifyConfig['webhook'] {
  const url = env['NOTIFY_WEBHOOK_URL'];
  if (!url) return null;
  const baseUrl = address('NOTIFY_WEBHOOK_URL', url);
  const { username, password, search, hash } = new URL(baseUrl);
  if (username + password + search + hash !== '') {
    misconfigured('NOTIFY_WEBHOOK_URL must have neither a login nor a query');
  }
  const secret = env['NOTIFY_WEBHOOK_SECRET'] ?? '';
  // 24 bytes are 32 characters of base64: the fewest that Standard Webhooks allows.
  if (!/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) {
    misconfigured('NOTIFY_WEBHOOK_SECRET must be whsec_ and the base64 of at least 24 bytes');
  }
  return { baseUrl, secret };
}

function approvers(list: string): string[] {
  const ids = list.split(/[\s,]+/).filter((id) => id !== '');
  if (!ids.every((id) => /^[UW][A-Z0-9]{2,30}$/.test(id))) {
    misconfigured('SLACK_APPROVERS must be ids of members, as U0123456789, with commas between');
  }
  return ids;
}
