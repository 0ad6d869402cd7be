import { accountedFor } from '../../domain/decide/common-cause.js';
import { incidentStep } from '../../domain/decide/incident-step.js';
import { replans } from '../../domain/decide/replan.js';
import type { Settings } from '../../domain/settings.js';
import type { StoredIncident } from '../../store/incidents.js';
import type { Happening, Look } from './watch.js';
import type { World } from './world.js';

/**
 * What a look at a component of a group changes of its incident in the world, where a common cause may have
 * kept one from being opened that its watcher believes to be open.
 */
export function peerHappening(world: World, look: Look, settings: Settings): Happening | null {
  const { componentId, memory } = look.last;
  const open = world.incidents.get(componentId) ?? null;
  if (open === null) return opening(world, look);
  const step = incidentStep({ open, assessment: look.assessment, memory, settings });
  if (step.kind === 'close') return { change: { ...step, id: open.id } };
  if (step.kind === 'escalate') return { change: { ...step, kind: 'escalate', id: open.id } };
  return replanning(open, look, settings);
}

/** What would open its incident now tells the plan as it would be made now. */
function replanning(
  open: StoredIncident,
  { opening: wanted, last }: Look,
  settings: Settings,
): Happening | null {
  if (wanted?.change.kind !== 'open') return null;
  const plan = { ...wanted.change.incident.plan, anew: true as const };
  const { componentId, memory } = last;
  return replans({ open, found: plan, memory, settings })
    ? { change: { kind: 'replan', id: open.id, componentId, plan } }
    : null;
}

function opening({ causes }: World, { opening: wanted, last }: Look): Happening | null {
  if (wanted?.change.kind !== 'open') return null;
  const shared = accountedFor(last.componentId, last.memory.rising ?? {}, causes) !== null;
  return shared && wanted.change.incident.kind === 'predicted' ? null : wanted;
}
