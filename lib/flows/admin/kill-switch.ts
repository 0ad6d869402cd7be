import type { App } from '../../app.js';
import { addAudit } from '../../store/audit.js';
import { type BrainRow, writeBrain } from '../../store/brain.js';
import { setPaused } from '../../store/control.js';
import type { Change } from './change.js';

/** Turn the kill switch: while paused nothing is done automatically or by hand. Told in unified_brain. */
export async function pause(app: App, paused: boolean, { who, why }: Change): Promise<object> {
  const what = paused ? 'pause all action' : 'resume action';
  await app.sql.transaction([
    setPaused(app.sql, { paused, why, who }),
    addAudit(app.sql, { who, what, why, detail: { paused } }),
    writeBrain(app.sql, [switchRow(paused, who, why)]),
  ]);
  return { paused, why };
}

function switchRow(paused: boolean, who: string, why: string | null): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: paused ? 'kill_switch_on' : 'kill_switch_off',
    component: '(all)',
    input: { who, why },
    output: { paused },
    success: true,
    eventKey: null,
  };
}
