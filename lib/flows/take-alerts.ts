import type { App } from '../app.js';
import { SECOND } from '../domain/time.js';
import { putAlerts, type StoredAlert } from '../store/alerts.js';
import { resolveRef } from '../store/components.js';

/** An alert as an intake understands it. */
export interface Alert {
  readonly source: string;
  /** Ids under which the component may be known, best first. */
  readonly refs: readonly string[];
  readonly severity: string;
  readonly status: 'firing' | 'resolved';
  readonly dedupKey: string;
  readonly title: string;
  readonly startedAt: Date;
}

/** What became of a delivery. */
export interface TakenAlerts {
  readonly accepted: number;
  /** Alerts that were known already, in the state they came in. */
  readonly duplicates: number;
  /** Alerts of components that are not registered: webhooks register nothing. */
  readonly unknown: number;
}

/**
 * Take in alerts of a monitoring tool: keep them, and ask for a sweep that looks at their components.
 *
 * Safe to repeat: an alert is told apart by what it is about and when it began.
 */
export async function takeAlerts(app: App, alerts: readonly Alert[]): Promise<TakenAlerts> {
  const resolved = await Promise.all(
    alerts.map(async (alert) => ({
      alert,
      component: await resolveRef(app.sql, alert.source, alert.refs),
    })),
  );
  const known = resolved.flatMap(({ alert, component }): StoredAlert[] =>
    component === null ? [] : [{ ...alert, componentId: component.id }],
  );
  const unknown = alerts.length - known.length;
  if (known.length === 0) return { accepted: 0, duplicates: 0, unknown };
  const byKey = new Map(known.map((alert) => [alert.dedupKey, alert]));
  const changed = await putAlerts(app.sql, [...byKey.values()]);
  if (changed.length > 0) await askForSweep(app);
  return { accepted: changed.length, duplicates: known.length - changed.length, unknown };
}

/** The schedule's next sweep would see it, too; a failure to ask costs a minute at most. */
async function askForSweep(app: App): Promise<void> {
  const tick = Math.floor(Date.now() / (app.baseSettings.intervalS * SECOND));
  try {
    await app.queue.publish([
      { path: '/api/sweep', body: {}, retries: 0, dedupId: `alert-${tick}`, label: 'sweep' },
    ]);
  } catch (error) {
    app.log({ level: 'warn', event: 'sweep_not_asked_for', error });
  }
}
