import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '../stage/api.js';
import type { Load } from '../stage/load.js';
import type { Screen } from '../stage/screen.js';
import type { Installation } from '../stage/start-installation.js';
import type { Act } from './acts.js';
import type { HeapSeen } from './freed.js';
import { failureOf, type Measured, type Outcome, outcomeOf } from './outcome.js';
import { type Party, startParty } from './party.js';
import { createTeller } from './teller.js';

/** Where an act is played. */
export interface Stage {
  readonly installation: Installation;
  readonly api: Api;
  readonly screen: Screen;
  /** Called with everything that must be stopped, whatever happens. */
  readonly onStop: (stop: () => Promise<void>) => void;
}

/** Between two looks, milliseconds. */
const LOOK_MS = 500;
/** An act that is not over by then is not going to be. */
const MOST_MS = 100_000;
/** The incident closes when health lasts; the act waits for that, but not for long. */
const CLOSING_MS = 3000;

interface Playing {
  readonly act: Act;
  readonly stage: Stage;
  readonly startedAt: number;
  readonly healed: Party;
  readonly alone: Party;
  readonly loads: { readonly healed: Load; readonly alone: Load };
}

async function measure(api: Api, { component, service }: Party, load: Load): Promise<Measured> {
  const incidents = await api.incidents(component);
  return { incidents, exits: service.exits, sent: load.sent, lost: load.lost };
}

/** Whether nothing is left to wait for, once the service that is left alone has failed. */
function isOver({ actions }: Act, { incidents: [first] }: Measured, failedAt: number): boolean {
  if (first === undefined) return false;
  if (first.state === 'closed' || first.needs_person) return true;
  const last = first.recoveries[actions.length - 1];
  return last?.ended_at != null && Date.now() - Math.max(last.ended_at, failedAt) > CLOSING_MS;
}

/** Follow both services until one is healed and the other has failed; answers the heap of the first. */
async function follow({
  act,
  stage,
  startedAt,
  healed,
  alone,
  loads,
}: Playing): Promise<readonly HeapSeen[]> {
  const { api, screen } = stage;
  const tell = createTeller({ act, screen, startedAt });
  const heap: HeapSeen[] = [];
  while (Date.now() - startedAt < MOST_MS) {
    const [mine, metrics, theirs] = await Promise.all([
      measure(api, healed, loads.healed),
      api.metrics(healed.component),
      api.metrics(alone.component),
    ]);
    const failure = failureOf(act, { exits: alone.service.exits, lost: loads.alone.lost });
    const bytes = metrics['heap_bytes'];
    if (bytes !== undefined) heap.push({ at: Date.now(), bytes });
    tell({ mine, metrics, theirs, failure, lostAlone: loads.alone.lost.length });
    if (failure !== null && isOver(act, mine, failure.at)) break;
    await pause(LOOK_MS);
  }
  return heap;
}

/** Play one act: the same fault and the same traffic, once healed by Forestall and once only watched. */
export async function runAct(act: Act, stage: Stage): Promise<Outcome> {
  const { api, screen, installation, onStop } = stage;
  screen.line('');
  screen.line(`Act ${act.number}. ${act.title}`);
  const start = async (mode: 'auto' | 'observe'): Promise<Party> => {
    const party = await startParty(installation, api, act, mode);
    onStop(party.stop);
    return party;
  };
  const [healed, alone] = await Promise.all([start('auto'), start('observe')]);
  const startedAt = Date.now();
  const loads = { healed: healed.open(), alone: alone.open() };
  const heap = await follow({ act, stage, startedAt, healed, alone, loads });
  await Promise.all([loads.healed.stop(), loads.alone.stop()]);
  const [mine, theirs] = [
    await measure(api, healed, loads.healed),
    await measure(api, alone, loads.alone),
  ];
  await Promise.all([healed.stop(), alone.stop()]);
  await Promise.all([api.remove(healed.component), api.remove(alone.component)]);
  return outcomeOf({ act, startedAt, healed: mine, alone: theirs, heap });
}
