import { adminDelete, adminGet, adminPatch, adminPost, adminPut } from '../lib/endpoints/admin.js';

/** Keys, freezes, windows, rules, settings, the kill switch, the audit. */
export const GET = adminGet;
/** Keys, freezes, windows, rules, settings, the kill switch, the audit. */
export const POST = adminPost;
/** Keys, freezes, windows, rules, settings, the kill switch, the audit. */
export const PATCH = adminPatch;
/** Keys, freezes, windows, rules, settings, the kill switch, the audit. */
export const PUT = adminPut;
/** Keys, freezes, windows, rules, settings, the kill switch, the audit. */
export const DELETE = adminDelete;
