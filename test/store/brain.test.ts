import { describe, expect, it } from 'vitest';
import { type BrainRow, writeBrain } from '../../lib/store/brain.js';
import { storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

function row(changes: Partial<BrainRow> = {}): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: 'service_restart',
    component: crypto.randomUUID(),
    input: { reason: 'a test' },
    output: { success: true },
    success: true,
    eventKey: null,
    ...changes,
  };
}

const told = (component: string) => sql`
  select agent_name, action_type, input_data, output_data, success, metadata, event_key
  from unified_brain
  where metadata ->> 'component' = ${component}::text`;

describe('writeBrain', () => {
  it('writes the columns of the reference document, the component in the metadata', async () => {
    const one = row({ eventKey: 'recovery:1', metadata: { origin: 'automatic', component: 'x' } });
    await writeBrain(sql, [one]);
    expect(await told(one.component)).toEqual([
      {
        agent_name: 'enhanced_self_healing',
        action_type: 'service_restart',
        input_data: { reason: 'a test' },
        output_data: { success: true },
        success: true,
        metadata: { origin: 'automatic', component: one.component },
        event_key: 'recovery:1',
      },
    ]);
  });

  it('tells a key once, also within one call, and for ten who tell it at once', async () => {
    const one = row({ eventKey: crypto.randomUUID() });
    await writeBrain(sql, [one, { ...one, success: false }]);
    expect(await told(one.component)).toHaveLength(1);
    const other = row({ eventKey: crypto.randomUUID() });
    await race(
      database,
      'lock table unified_brain in share mode',
      times(10, () => writeBrain(sql, [other])),
    );
    expect(await told(other.component)).toHaveLength(1);
  });

  it('writes what has no key as often as it is told', async () => {
    const one = row();
    await writeBrain(sql, [one, one]);
    expect(await told(one.component)).toHaveLength(2);
  });

  it('writes nothing when it is given nothing', async () => {
    expect(await writeBrain(sql, [])).toEqual([]);
  });
});
