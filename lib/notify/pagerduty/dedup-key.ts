const PREFIX = 'forestall-';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The key under which PagerDuty knows an incident of ours. */
export const dedupKey = (id: string): string => `${PREFIX}${id}`;

/** The incident that a key names; null when it is none of ours. */
export function incidentOfKey(key: string): string | null {
  const id = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : '';
  return UUID.test(id) ? id : null;
}
