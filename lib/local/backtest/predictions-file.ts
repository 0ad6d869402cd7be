import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Deed } from '../../flows/replay/deed.js';
import { type TickTold, type Told, toldAt } from '../../flows/replay/told.js';
import type { Ticked } from './run-replay.js';

/** A file of predictions: it is there when it is whole, and not before. */
export interface PredictionsFile {
  write(text: string): Promise<void>;
  /** Give it its name. */
  keep(): Promise<void>;
  /** Leave nothing behind, unless it was kept. */
  discard(): Promise<void>;
}

/**
 * Begin a file of predictions, beside the place where it will be.
 *
 * @throws {Error} in one line, when nothing can be written there
 */
export async function openPredictions(file: string): Promise<PredictionsFile> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.part`;
  const handle = await open(temporary, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be written (${error.code})`, { cause: error });
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    write: (text) => handle.appendFile(text),
    async keep() {
      await close();
      await rename(temporary, file);
    },
    async discard() {
      await close();
      await rm(temporary, { force: true });
    },
  };
}

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined ? null : Number(value.toFixed(digits));

function actionOf(deeds: readonly Deed[]): object | null {
  const [first, ...others] = deeds;
  const deed = others.reduce((a, b) => (a?.kind === 'acted' ? a : b), first);
  if (deed === undefined) return null;
  return { kind: deed.kind, action: deed.action?.name ?? null, guards: deed.guards };
}

function lineOf(
  component: string,
  at: Date,
  { within, timeToFailureS, level, reasons }: TickTold,
  deeds: readonly Deed[],
): string {
  return JSON.stringify({
    component,
    at: at.toISOString(),
    p_1h: rounded(within?.[0], 4),
    p_6h: rounded(within?.[1], 4),
    p_24h: rounded(within?.[2], 4),
    ttf_s: rounded(timeToFailureS?.[1], 0),
    ttf_low_s: rounded(timeToFailureS?.[0], 0),
    ttf_high_s: rounded(timeToFailureS?.[2], 0),
    level,
    reasons,
    action: actionOf(deeds),
  });
}

/**
 * One JSON line for each component and tick, in the order of ticks, then of names; none while nobody knew the
 * component.
 *
 * @param told - in the order of names
 */
export function predictionLines(
  told: readonly Told[],
  ticks: readonly Ticked[],
  names: ReadonlyMap<number, string>,
): string {
  const lines = ticks.flatMap(({ now, place, deeds }) =>
    told.flatMap((one) => {
      const said = toldAt(one, place);
      if (said === null) return [];
      const { componentId } = one;
      const own =
        deeds.length === 0 ? deeds : deeds.filter((deed) => deed.componentId === componentId);
      return [lineOf(names.get(componentId) ?? '', now, said, own)];
    }),
  );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
