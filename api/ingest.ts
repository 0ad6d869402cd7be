import { ingestPost } from '../lib/endpoints/ingest.js';

/** Takes samples in. */
export const POST = ingestPost;
