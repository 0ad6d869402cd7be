import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ComponentHistory } from '../../flows/replay/history.js';
import type { Told } from '../../flows/replay/told.js';
import type { ReplayOptions } from '../../flows/replay/watch.js';
import type { Crew } from './crew.js';
import type { Answer, Order } from './lookout-process.js';

/** The command itself, which serves as a lookout where it is told so. */
const COMMAND = fileURLToPath(new URL('../backtest.ts', import.meta.url));

/** Give an order, and wait until it is on its way: what waits to be sent would fill the memory. */
function give(child: ChildProcess, order: Order): Promise<void> {
  return new Promise((resolve, reject) => {
    child.send(order, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** The next answer of a process. */
function answerOf(child: ChildProcess): Promise<readonly Told[]> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => {
      reject(new Error(`a process of the backtest ended early (exit code ${code})`));
    };
    child.once('exit', gone);
    child.once('message', (answer: Answer) => {
      child.off('exit', gone);
      if (answer.kind === 'told') resolve(answer.told);
      else reject(new Error(answer.why));
    });
  });
}

const rowsOf = ({ copies }: ComponentHistory): number =>
  copies.reduce((sum, { at, columns }) => sum + at.length * (columns.length + 1), 0);

/** Share components out so that all have about as much to do; the largest first. */
function shares(histories: readonly ComponentHistory[], count: number): ComponentHistory[][] {
  const all = Array.from({ length: count }, () => ({ rows: 0, own: [] as ComponentHistory[] }));
  for (const history of histories.toSorted((a, b) => rowsOf(b) - rowsOf(a))) {
    const least = all.reduce((a, b) => (b.rows < a.rows ? b : a));
    least.own.push(history);
    least.rows += rowsOf(history);
  }
  return all.map(({ own }) => own);
}

/**
 * A crew of several processes, each of which keeps its components to the end.
 *
 * @throws {Error} when a process cannot be started, or ends early
 */
export async function forkedCrew(
  histories: readonly ComponentHistory[],
  options: ReplayOptions,
  processes: number,
): Promise<Crew> {
  const children = shares(histories, Math.min(processes, histories.length)).map((own) => ({
    own,
    child: fork(COMMAND, ['--lookout'], {
      execArgv: process.execArgv,
      serialization: 'advanced',
    }),
  }));
  const close = (): void => {
    for (const { child } of children) child.kill();
  };
  try {
    await Promise.all(
      children.map(async ({ child, own }) => {
        await give(child, { kind: 'begin', options });
        for (const history of own) await give(child, { kind: 'take', history });
      }),
    );
  } catch (error) {
    close();
    throw error;
  }
  return {
    close,
    async block(block) {
      const told = await Promise.all(
        children.map(async ({ child }) => {
          const answer = answerOf(child);
          // Where the order cannot be given, that is what is told, and not this.
          answer.catch(() => undefined);
          await give(child, { kind: 'look', block });
          return answer;
        }),
      );
      return told.flat();
    },
  };
}
