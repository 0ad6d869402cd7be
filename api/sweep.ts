import { sweepGet, sweepPost } from '../lib/endpoints/sweep.js';

/** Assesses and heals the fleet. */
export const GET = sweepGet;
/** Assesses and heals the fleet. */
export const POST = sweepPost;
