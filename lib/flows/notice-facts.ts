import { type App, settingsOf } from '../app.js';
import { causeNotice } from '../domain/notify/cause-notice.js';
import { escalationNotice } from '../domain/notify/escalation-notice.js';
import type { CauseNotice, Notice } from '../domain/notify/notice.js';
import { noticeOf, type ToldIncident } from '../domain/notify/notice-of.js';
import type { Settings } from '../domain/settings.js';
import { DAY, SECOND } from '../domain/time.js';
import { readCauses } from '../store/common-causes.js';
import { readLastSeen } from '../store/component-state.js';
import { readControl } from '../store/control.js';
import { readEscalations } from '../store/escalations.js';
import { readIncidents, selectIncidents } from '../store/incidents.js';
import { readMutingWindows } from '../store/maintenance-windows.js';
import { type NoticeRows, readNoticeRows } from '../store/notice-rows.js';
import { readRecoveries, type StoredRecovery, selectRecoveries } from '../store/recoveries.js';
import { mutedBy } from './muted-by.js';
import { readable } from './readable.js';

/** All that decides what people are told in one pass. */
export interface NoticeFacts extends NoticeRows {
  readonly settings: Settings;
  readonly stormSince: Date | null;
  readonly notices: readonly Notice[];
  readonly causes: readonly CauseNotice[];
  /** Components of which nothing is told now, and until when; null where nobody knows. */
  readonly muted: ReadonlyMap<number, Date | null>;
}

/** Incidents that one pass looks at, the worst first. */
const MOST = 1000;

/**
 * Read what is to be told: open incidents, those that are over of which somebody was told, and escalations
 * outside any.
 */
export async function readNoticeFacts(app: App): Promise<NoticeFacts> {
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const channels = app.notify.channels.map(({ name }) => name);
  const told = await readNoticeRows(app.sql, channels, settings);
  const ids = told.rows.flatMap(({ incidentId }) => incidentId ?? []);
  const [open, known, causes, escalations, windows] = await Promise.all([
    selectIncidents(app.sql, { state: 'open', worstFirst: true, limit: MOST }),
    selectIncidents(app.sql, { ids, limit: MOST }),
    readCauses(app.sql, { withinS: DAY / SECOND }),
    readEscalations(app.sql),
    readMutingWindows(app.sql),
  ]);
  const incidents = new Map(
    readable(app, readIncidents, [...open, ...known]).map((one) => [one.id, one]),
  );
  const notices = [
    ...(await noticesOf(app, [...incidents.values()], settings, told)),
    ...escalations.map(escalationNotice),
  ];
  const inCauses = causes.flatMap(({ members }) => members.map(({ componentId }) => componentId));
  const asked = [...notices.map(({ componentId }) => componentId), ...inCauses];
  const muted = mutedBy(windows, asked, told.now);
  const isHeard = ({ endedAt, members }: (typeof causes)[number]): boolean =>
    endedAt !== null || members.some(({ componentId }) => !muted.has(componentId));
  return {
    ...{ ...told, settings, notices, muted },
    stormSince: control?.stormSince ?? null,
    causes: causes.filter(isHeard).map(causeNotice),
  };
}

async function noticesOf(
  app: App,
  incidents: readonly ToldIncident[],
  { flapWindowS, flapChanges }: Settings,
  { now, rows: known }: NoticeRows,
): Promise<Notice[]> {
  if (incidents.length === 0) return [];
  const [rows, seen] = await Promise.all([
    selectRecoveries(app.sql, { incidentIds: incidents.map(({ id }) => id), limit: 5000 }),
    readLastSeen(
      app.sql,
      incidents.map(({ componentId }) => componentId),
    ),
  ]);
  const recoveries = byIncident(readable(app, readRecoveries, rows));
  const snoozed = new Map(known.map((row) => [row.incidentId, row.snoozedUntil]));
  const from = now.getTime() - flapWindowS * SECOND;
  return incidents.map((incident) => {
    const changes = seen.get(incident.componentId)?.memory.changes ?? [];
    return noticeOf({
      incident,
      recoveries: recoveries.get(incident.id) ?? [],
      snoozedUntil: snoozed.get(incident.id) ?? null,
      flapping: changes.filter((change) => change > from).length >= flapChanges,
    });
  });
}

function byIncident(recoveries: readonly StoredRecovery[]): Map<string | null, StoredRecovery[]> {
  const found = new Map<string | null, StoredRecovery[]>();
  for (const one of recoveries) {
    found.set(one.incidentId, [...(found.get(one.incidentId) ?? []), one]);
  }
  return found;
}
