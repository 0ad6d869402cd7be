import { type App, settingsOf } from '../app.js';
import { AppError } from '../errors.js';
import { addAudit } from '../store/audit.js';
import { readControl } from '../store/control.js';
import { addIncidentEvents } from '../store/incident-events.js';
import { snoozeNotifications } from '../store/notification-ends.js';
import { Instant } from '../store/rows.js';

/**
 * Put off the next reminder of an open incident by `noticeSnoozeS`, on all channels; asked for twice it is
 * put off once.
 *
 * @throws {AppError} `conflict` when it is over, or nobody was told of it
 */
export async function snooze(
  app: App,
  incidentId: string,
  who: string,
): Promise<{ id: string; until: Date }> {
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const { noticeSnoozeS: forS, noticeRepeatS: repeatS } = settings;
  const [row] = await snoozeNotifications(app.sql, { incidentId, repeatS, forS, who });
  if (row === undefined) {
    throw new AppError('conflict', 'the incident is over, or nobody was told of it');
  }
  const until = Instant.parse(row['until']);
  const text = `snoozed by ${who} until ${until.toISOString()}`;
  await app.sql.transaction([
    addIncidentEvents(app.sql, [{ incidentId, kind: 'snoozed', who, text, eventKey: null }]),
    addAudit(app.sql, { who, what: 'snooze', why: null, detail: { incident_id: incidentId } }),
  ]);
  return { id: incidentId, until };
}
