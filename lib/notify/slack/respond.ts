import { AppError } from '../../errors.js';
import { order } from '../../platforms/request.js';
import { openVendor, type VendorOptions } from '../../platforms/vendor.js';
import { mrkdwn } from './mrkdwn.js';

/** Where Slack takes answers to a press. */
const HOOKS = 'https://hooks.slack.com';

/** Answers whoever pressed a button; nobody else sees it. */
export type Respond = (responseUrl: string, text: string) => Promise<void>;

/**
 * Make a {@link Respond} that sends to Slack's own host, or to that of the configured API, and nowhere else.
 *
 * It throws `refused` for any other address, and as `request()` does when the answer is not taken.
 */
export function slackRespond(options: Omit<VendorOptions, 'credential'>): Respond {
  const hosts = [HOOKS, new URL(options.baseUrl).origin];
  return async (responseUrl, text) => {
    const vendor = openVendor('Slack', {
      ...options,
      baseUrl: requireHost(responseUrl, hosts),
      credential: () => undefined,
    });
    await order(vendor, {
      method: 'POST',
      path: '',
      credential: null,
      body: { response_type: 'ephemeral', replace_original: false, text: mrkdwn(text, 1000) },
    });
  };
}

/** What a press says of itself is signed by Slack; that does not make its address one of Slack's. */
function requireHost(responseUrl: string, origins: readonly string[]): string {
  const origin = URL.canParse(responseUrl) ? new URL(responseUrl).origin : '';
  if (origins.includes(origin)) return responseUrl;
  throw new AppError('refused', 'Slack: answers are sent to no other host than Slack’s');
}
