import { describe, expect, it } from 'vitest';
import {
  addIncidentEvents,
  type IncidentEvent,
  incidentTimeline,
} from '../../lib/store/incident-events.js';
import { addComponent, addIncident, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

async function incident(): Promise<string> {
  return addIncident(sql, (await addComponent(sql)).id);
}

const line = (incidentId: string, text: string, eventKey: string | null): IncidentEvent => ({
  incidentId,
  kind: 'planned',
  who: null,
  text,
  eventKey,
});

const texts = async (id: string): Promise<string[]> =>
  (await incidentTimeline(sql, id)).map(({ text }) => text);

describe('addIncidentEvents', () => {
  it('keeps lines with who and data, and the timeline in the order in which they were told', async () => {
    const id = await incident();
    await addIncidentEvents(sql, [
      { ...line(id, 'opened', 'a'), kind: 'opened' },
      { ...line(id, 'seen', null), kind: 'acknowledged', who: 'ann', data: { step: 1 } },
    ]);
    await addIncidentEvents(sql, [line(id, 'later', null)]);
    expect(await incidentTimeline(sql, id)).toEqual([
      { at: expect.any(Date), kind: 'opened', who: null, text: 'opened', data: null },
      { at: expect.any(Date), kind: 'acknowledged', who: 'ann', text: 'seen', data: { step: 1 } },
      { at: expect.any(Date), kind: 'planned', who: null, text: 'later', data: null },
    ]);
  });

  it('tells a key once, also within one call, and for ten who tell it at once', async () => {
    const id = await incident();
    const key = `end:${id}`;
    await addIncidentEvents(sql, [line(id, 'one', key), line(id, 'two', key)]);
    expect(await texts(id)).toEqual(['one']);
    const other = await incident();
    await race(
      database,
      'lock table incident_events in share mode',
      times(10, (i) => addIncidentEvents(sql, [line(other, `${i}`, `end:${other}`)])),
    );
    expect(await texts(other)).toHaveLength(1);
  });

  it('tells what has no key as often as it is told', async () => {
    const id = await incident();
    await addIncidentEvents(sql, [line(id, 'again', null), line(id, 'again', null)]);
    expect(await texts(id)).toEqual(['again', 'again']);
  });

  it('passes over an incident that there is not, and keeps the rest', async () => {
    const id = await incident();
    await addIncidentEvents(sql, [line(crypto.randomUUID(), 'lost', null), line(id, 'kept', null)]);
    expect(await texts(id)).toEqual(['kept']);
  });

  it('adds nothing when it is given nothing', async () => {
    expect(await addIncidentEvents(sql, [])).toEqual([]);
  });
});

describe('incidentTimeline', () => {
  it('is empty for an incident that there is not', async () => {
    expect(await incidentTimeline(sql, crypto.randomUUID())).toEqual([]);
  });

  it('stops at 500 lines', async () => {
    const id = await incident();
    await addIncidentEvents(
      sql,
      Array.from({ length: 501 }, (_, i) => line(id, `${i}`, null)),
    );
    const told = await texts(id);
    expect(told).toHaveLength(500);
    expect([told[0], told.at(-1)]).toEqual(['0', '499']);
  });
});
