import { webhooksPost } from '../../lib/endpoints/webhooks.js';

/** Takes in what monitoring tools say. */
export const POST = webhooksPost;
