import { predictGet, predictPost } from '../lib/endpoints/predict.js';

/** Says what is likely to fail, when, and why. */
export const GET = predictGet;
/** Says what is likely to fail, when, and why. */
export const POST = predictPost;
