import { healthGet } from '../lib/endpoints/health.js';

/** Says that we are alive. */
export const GET = healthGet;
/** The same for uptime checks that ask for the status alone. */
export const HEAD = healthGet;
