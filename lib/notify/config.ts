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

function approvers(list: string): string[] {
  const ids = list.split(/[\s,]+/).filter((id) => id !== '');
  if (!ids.every((id) => /^[UW][A-Z0-9]{2,30}$/.test(id))) {
    misconfigured('SLACK_APPROVERS must be ids of members, as U0123456789, with commas between');
  }
  return ids;
}
