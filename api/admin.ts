import { adminDelete, adminGet, adminPatch, adminPost } from '../lib/endpoints/admin.js';

/** Keys, freezes, settings, the kill switch, the audit. */
export const GET = adminGet;
/** Keys, freezes, settings, the kill switch, the audit. */
export const POST = adminPost;
/** Keys, freezes, settings, the kill switch, the audit. */
export const PATCH = adminPatch;
/** Keys, freezes, settings, the kill switch, the audit. */
export const DELETE = adminDelete;
