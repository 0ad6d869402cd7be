import { insightsGet } from '../lib/endpoints/insights.js';

/** What has come of it all. */
export const GET = insightsGet;
