import { deploymentsGet, deploymentsPost } from '../lib/endpoints/deployments.js';

/** Takes in what pipelines report. */
export const GET = deploymentsGet;
/** Takes in what pipelines report. */
export const POST = deploymentsPost;
