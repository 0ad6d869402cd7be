import { incidentsGet, incidentsPost } from '../lib/endpoints/incidents.js';

/** Incidents: listed, shown, answered. */
export const GET = incidentsGet;
/** Incidents: listed, shown, answered. */
export const POST = incidentsPost;
