/** The ways in which people are told. */
export const CHANNEL_NAMES = ['slack', 'pagerduty', 'webhook'] as const;
export type ChannelName = (typeof CHANNEL_NAMES)[number];
