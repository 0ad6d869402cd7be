import { recoverGets, recoverPosts } from '../lib/endpoints/recover.js';

/** Recoveries: carried out, verified, asked for, shown, undone. */
export const GET = recoverGets;
/** Recoveries: carried out, verified, asked for, shown, undone. */
export const POST = recoverPosts;
