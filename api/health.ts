import { healthGet } from '../lib/endpoints/health.js';

/** Says that we are alive. */
export const GET = healthGet;
