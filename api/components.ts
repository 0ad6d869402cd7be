import { componentsDelete, componentsGet, componentsPut } from '../lib/endpoints/components.js';

/** Components: listed, configured, removed. */
export const GET = componentsGet;
/** Components: listed, configured, removed. */
export const PUT = componentsPut;
/** Components: listed, configured, removed. */
export const DELETE = componentsDelete;
