import { describe, expect, it } from 'vitest';
import { PlatformRef } from '../../lib/domain/component.js';
import { providerOf } from '../../lib/flows/provider-of.js';
import { platformsOf } from '../../lib/flows/replay/platforms-of.js';
import type { StoredIncident } from '../../lib/store/incidents.js';
import { ago, incident, leakPremise, NOW, settings } from '../domain/decide/build.js';

const service = PlatformRef.parse({ type: 'render', service_id: 'srv-1' });
const database = PlatformRef.parse({ type: 'render_postgres', postgres_id: 'dpg-1' });
const elsewhere = PlatformRef.parse({ type: 'fly', app: 'shop' });

/** All of a fleet that fails, by name. */
function failing(platforms: Readonly<Record<string, PlatformRef>>) {
  const components = new Map(Object.values(platforms).map((platform, id) => [id, { platform }]));
  const incidents = Object.keys(platforms).map(
    (component, componentId): StoredIncident => ({
      ...incident({ componentId, component, kind: 'failing', openedAt: ago(60) }),
      openedBy: 'samples',
      refusal: null,
      premise: leakPremise(),
      predictedFailureAt: null,
      failedAt: ago(60),
      closedWhy: null,
      acknowledgedAt: null,
      label: null,
    }),
  );
  return platformsOf({
    components,
    incidents: new Map(incidents.map((one) => [one.componentId, one])),
  });
}

const now = (platforms: Readonly<Record<string, PlatformRef>>, platform: PlatformRef) =>
  providerOf(
    { now: NOW, providers: [], platforms: failing(platforms), dependencies: [] },
    { platform, providers: [] },
    settings(),
  );

describe('providerOf', () => {
  it('suspects Render when services and databases of it fail at once', () => {
    const fleet = { a: service, b: service, db: database };
    for (const platform of [service, database]) {
      expect(now(fleet, platform)).toMatchObject({
        kind: 'out',
        why: expect.stringContaining('3 of 3 components on render'),
      });
    }
    expect(now(fleet, elsewhere).kind).toBe('well');
  });

  it('suspects nobody where those that fail are not all of one provider', () => {
    expect(now({ a: service, b: elsewhere, db: database }, database).kind).toBe('well');
  });
});
