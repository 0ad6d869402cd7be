import { setTimeout as pause } from 'node:timers/promises';
import type { ShownIncident } from '../stage/api.js';
import type { Load } from '../stage/load.js';
import type { Screen } from '../stage/screen.js';
import { type Fault, titleOf } from './faults.js';
import { type Hands, type Injected, inject } from './inject.js';
import type { LabMode } from './lab-api.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { LAB_SETTINGS } from './settings.js';
import { outcomeText } from './table.js';
import { createTeller } from './teller.js';

/** Where a fault is played. */
export interface Stage extends Hands {
  readonly screen: Screen;
  /** The customers' traffic, which never ends. */
  readonly load: Load;
  readonly mode: LabMode;
}

/** Between two looks, milliseconds. */
const LOOK_MS = 1000;
/** When Forestall has done its part, it is watched for so long whether it does more. */
const AFTER_MS = 4000;
/** Time for the graph to be well again after a fault. */
const CALM_MS = 45_000;

/** Whether an incident waits for nobody but a person. */
function isLeft({ needs_person, recoveries }: ShownIncident): boolean {
  return needs_person && recoveries.every(({ ended_at }) => ended_at !== null);
}

/** Whether nothing more is to be expected: all is closed, or left to a person. */
function isSettled(incidents: readonly ShownIncident[], { truth }: Fault): boolean {
  const isKnown = incidents.some(({ component }) => component === truth.service);
  const isOpen = (one: ShownIncident) => one.state === 'open' && !isLeft(one);
  const own = incidents.filter(({ component }) => component === truth.service);
  return isKnown && !own.some(isOpen);
}

async function follow(
  fault: Fault,
  stage: Stage,
  injectedAt: number,
): Promise<readonly ShownIncident[]> {
  const tell = createTeller({ fault, screen: stage.screen, startedAt: injectedAt });
  const endsAt = injectedAt + fault.lastsS * 1000;
  let settledAt: number | null = null;
  let incidents: readonly ShownIncident[] = [];
  while (Date.now() < endsAt) {
    incidents = await stage.api.incidents(injectedAt);
    tell(incidents, stage.load);
    settledAt = isSettled(incidents, fault) ? (settledAt ?? Date.now()) : null;
    const isOver = settledAt !== null && Date.now() - settledAt > AFTER_MS;
    // Left alone, a fault goes on to its end: what it costs is what is measured.
    if (isOver && stage.mode === 'auto') break;
    await pause(LOOK_MS);
  }
  return incidents;
}

/** Wait until every incident is closed and every component well. @returns whether that came about */
export async function calm({ api, screen }: Pick<Stage, 'api' | 'screen'>): Promise<boolean> {
  const endsAt = Date.now() + CALM_MS;
  while (Date.now() < endsAt) {
    const open = await api.open();
    if (open === 0 && (await api.isWell())) return true;
    screen.status(`          waits until all is well; ${open} incidents are open`);
    await pause(LOOK_MS);
  }
  return false;
}

/** Bring a fault in, follow what Forestall makes of it, and take it out again. */
export async function runFault(fault: Fault, stage: Stage): Promise<Outcome> {
  const { screen, load, deployer, mode } = stage;
  screen.line('');
  screen.line(`${fault.name}, ${mode}: ${titleOf(fault)}`);
  const injectedAt = Date.now();
  const injected = await inject(fault, stage);
  const incidents = await follow(fault, stage, injectedAt);
  const measured = await measure(injected, { load, injectedAt });
  const exits = await deployer.order({ what: 'look' });
  await injected.mend();
  const isCalm = await calm(stage);
  const outcome = outcomeOf({
    ...{ fault, mode, injectedAt, incidents, ...measured },
    afterwards: await stage.api.incidents(injectedAt),
    exits: exits[fault.truth.service] ?? [],
    lagS: LAB_SETTINGS.upstreamLagS ?? 0,
  });
  screen.line(outcomeText(outcome), 10);
  if (!isCalm) screen.line('not all was well again in time', 10);
  return outcome;
}

/** What customers sent and lost since a fault came in. */
async function measure(
  { load: further }: Injected,
  { load, injectedAt }: { readonly load: Load; readonly injectedAt: number },
) {
  const until = Date.now();
  const loads = [load, ...(further === null ? [] : [further])];
  const lost = loads.flatMap((one) => one.lost.filter(({ sentAt }) => sentAt >= injectedAt));
  const usual = Math.round(((until - injectedAt) / 1000) * load.perSecond);
  return { sent: usual + (further?.sent ?? 0), lost };
}
