import { parseArgs } from 'node:util';
import { fail, helpAsked } from '../../../lib/local/command-line.js';
import { worthAtAll } from './judge-life.js';
import { live } from './live.js';
import { simulate } from './stream.js';
import { table } from './table.js';
import { watchFleet } from './watched-fleet.js';

const HELP = `npm run bench:learning: what learning from outcomes is worth.

A simulated fleet, and a predictor that was made on another one. The fleet lives twice, without and with
learning; alarms are counted in the second half of the time.

  --seed name         (open-1)
  --components n      (200)
  --days n            (60)
  --world simulator   the simulator of bench:foresight, watched by the shipped predictor; the limits of half
                      of the components are stated wrongly (some minutes of work)
          other       (the default) a drawn predictor: some components have nightly work that looks like
                      the end and never is, some fail for less than it has learned to fear
          trained     the fleet that the drawn predictor was made on: nothing must get worse
  --every n           days between two refits (3; an installation refits daily)
`;

function readOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { seed: text, components: text, days: text, every: text, world: text },
  });
  const { seed = 'open-1', components = '200', days = '60', every = '3', world = 'other' } = values;
  const numbers = { components: Number(components), days: Number(days), everyDays: Number(every) };
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number`);
  }
  if (world !== 'other' && world !== 'trained' && world !== 'simulator') {
    throw new Error('world is simulator, other or trained');
  }
  return { seed, world, ...numbers } as const;
}

function main(): void {
  if (helpAsked(HELP)) return;
  const { seed, world, components, days, everyDays } = readOptions(process.argv.slice(2));
  const fleet =
    world === 'simulator'
      ? watchFleet({ seed, components, days }, (done) => {
          if (done % 10 === 0) process.stderr.write(`watched ${done} of ${components}\n`);
        })
      : simulate({ seed, components, days, world });
  const half = { from: Math.floor(days / 2), days };
  console.log(
    `${components} components, ${days} days, seed ${seed}, refits every ${everyDays} days`,
  );
  console.log(`counted from day ${half.from} on; false alarms per component and week\n`);
  const without = worthAtAll(live(fleet, { days, everyDays: 0 }).lived, half);
  const learned = live(fleet, { days, everyDays }, (day, { horizons }) => {
    const verdicts = Object.entries(horizons).map(([name, one]) => `${name} ${one.verdict}`);
    process.stderr.write(`day ${day}: ${verdicts.join(', ')}\n`);
  });
  console.log(table(without, worthAtAll(learned.lived, half)));
}

try {
  main();
} catch (error) {
  fail(error);
}
