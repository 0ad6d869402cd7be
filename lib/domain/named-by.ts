/**
 * What each platform that runs components calls one, as its reference holds it. Of those that are not here no single
 * name says which is meant.
 */
export const NAMED_BY = {
  render: 'service_id',
  render_postgres: 'postgres_id',
  vercel: 'project_id',
  github: 'repository',
  fly: 'app',
  kubernetes: 'deployment',
  neon: 'project_id',
  webhook: 'target',
} as const;

/** A platform at which a component can be found by one name. */
export type NamingPlatform = keyof typeof NAMED_BY;

/** All of them. */
// Object.keys does not tell that it answers the keys of what it is given.
export const NAMING_PLATFORMS = Object.keys(NAMED_BY) as NamingPlatform[];
