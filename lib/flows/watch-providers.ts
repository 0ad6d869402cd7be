import type { App } from '../app.js';
import { type PageStatus, providerNow } from '../domain/decide/provider.js';
import { leaningsOf } from '../domain/provider-name.js';
import type { Settings } from '../domain/settings.js';
import { addIncidentEvents, type IncidentEvent } from '../store/incident-events.js';
import {
  forgetProviders,
  keepPage,
  type LeaningIncident,
  leaningIncidents,
  readProviders,
  type StoredProvider,
  takeTurns,
} from '../store/provider-status.js';

/**
 * Read the status pages of the providers that components in trouble lean on, before anything is decided, and
 * tell their incidents of an outage.
 *
 * Silence costs nothing: without an open incident no page is read. A page that cannot be read keeps what it
 * said and grows old, and what is too old is unknown. Safe to repeat and to run in parallel.
 *
 * @returns how many pages were read
 */
export async function watchProviders(app: App, settings: Settings): Promise<number> {
  const { names } = app.statusFeeds;
  await forgetProviders(app.sql, names);
  if (names.length === 0) return 0;
  const incidents = await leaningIncidents(app.sql);
  const wanted = new Set(
    incidents.flatMap(({ platform, providers }) =>
      leaningsOf(platform, providers).map(({ provider }) => provider),
    ),
  );
  const followed = names.filter((name) => wanted.has(name));
  if (followed.length === 0) return 0;
  const turns = await takeTurns(app.sql, followed, settings.providerFeedS);
  const read = await Promise.all(turns.map((provider) => readPage(app, provider)));
  const pages = read.filter((one) => one !== null);
  if (pages.length > 0) {
    await app.sql.transaction(pages.map(({ provider, page }) => keepPage(app.sql, provider, page)));
  }
  await tellOutages(app, incidents, await readProviders(app.sql), settings);
  return pages.length;
}

/** One page that cannot be read must not keep the others from being. */
async function readPage(
  app: App,
  provider: string,
): Promise<{ provider: string; page: PageStatus } | null> {
  try {
    return { provider, page: await app.statusFeeds.read(provider) };
  } catch (error) {
    app.log({ level: 'warn', event: 'status_page_not_read', provider, error });
    return null;
  }
}

/** Each incident is told once of each provider that is out, however often its page is rewritten. */
async function tellOutages(
  app: App,
  incidents: readonly LeaningIncident[],
  providers: readonly StoredProvider[],
  settings: Settings,
): Promise<void> {
  const events = incidents.flatMap((incident) => outageOf(incident, providers, settings) ?? []);
  if (events.length > 0) await addIncidentEvents(app.sql, events);
}

function outageOf(
  { incidentId, platform, providers: named }: LeaningIncident,
  providers: readonly StoredProvider[],
  settings: Settings,
): IncidentEvent | null {
  for (const leaning of leaningsOf(platform, named)) {
    const status = providers.find(({ provider }) => provider === leaning.provider);
    if (status === undefined) continue;
    const { kind, why } = providerNow([leaning], [status], settings, status.checkedAt);
    if (kind !== 'out') continue;
    return {
      incidentId,
      kind: 'cause',
      who: null,
      text: `the cause is likely outside: ${why}`,
      data: { situation: 'provider', provider: leaning.provider },
      eventKey: `cause:${incidentId}:provider:${leaning.provider}`,
    };
  }
  return null;
}
