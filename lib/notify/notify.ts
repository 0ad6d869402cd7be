import type { Channel } from './channel.js';
import type { NotifyConfig } from './config.js';
import { pagerDutyChannel } from './pagerduty.js';
import { type Respond, slackRespond } from './slack/respond.js';
import { slackChannel } from './slack.js';
import { webhookChannel } from './webhook.js';

/** How people are told and asked. */
export interface Notify {
  /** Those that are set up; none, and nobody is told. */
  readonly channels: readonly Channel[];
  readonly slack: {
    readonly signingSecret: string | undefined;
    readonly approvers: readonly string[];
    readonly respond: Respond;
  };
  /** What PagerDuty signs its webhooks with. */
  readonly pagerDutySecret: string | undefined;
}

/** What channels are built with. */
interface NotifyOptions {
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** Where messages lead: the address of this installation. */
  readonly link: string;
}

/** Longest that one call may take, milliseconds: a pass makes many. */
const TIMEOUT_MS = 8000;

/** Open the channels that are set up. */
export function openNotify(config: NotifyConfig, options: NotifyOptions): Notify {
  const { link, fetch, now } = options;
  const vendor = { fetch, now, timeoutMs: TIMEOUT_MS };
  const slack = { ...vendor, baseUrl: config.slackUrl };
  const pagerDuty = { ...vendor, baseUrl: config.pagerDutyUrl };
  return {
    channels: [
      ...(config.slack === null ? [] : [slackChannel({ ...slack, ...config.slack, link })]),
      ...(config.pagerDuty === null
        ? []
        : [pagerDutyChannel({ ...pagerDuty, ...config.pagerDuty, link })]),
      ...(config.webhook === null ? [] : [webhookChannel({ ...vendor, ...config.webhook, link })]),
    ],
    slack: {
      signingSecret: config.slackSigningSecret,
      approvers: config.slackApprovers,
      respond: slackRespond(slack),
    },
    pagerDutySecret: config.pagerDutySecret,
  };
}
