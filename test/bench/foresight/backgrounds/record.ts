import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { fail, helpAsked } from '../../../../lib/local/command-line.js';
import { createMachineMeter } from './machine-metrics.js';
import { RECORDED, type Recorded } from './recorded-work.js';

const HELP = `npx tsx test/bench/foresight/backgrounds/record.ts --out file.csv [--minutes 60]

Record real series: this machine, from /proc, and three small services in processes of their own under a
load that comes in waves of 24 minutes, measured every 5 seconds as the agent measures a service.
'orders' is started anew with every wave, as by a nightly restart. Nothing is made up and nothing fails.
`;

const EVERY_MS = 5000;
/** Length of a wave of the load: a day, in a world that is sixty times as fast. */
const WAVE_MS = 24 * 60_000;

const COLUMNS = [
  'cpu_usage',
  'memory_usage',
  'error_rate',
  'latency_ms',
  'disk_usage',
  'db_connections_usage',
  'request_rate',
] as const;

const Hello = z.object({ port: z.object({ port: z.number() }) });
const Measured = z.object({ values: z.record(z.string(), z.number()) });

const connections = new Agent({ keepAlive: true, maxSockets: 200 });

function ask(port: number): void {
  const sent = request({ port, host: '127.0.0.1', agent: connections }, (response) => {
    response.resume();
  });
  // A service that is being started anew refuses: that is part of what is recorded elsewhere.
  sent.on('error', () => undefined);
  sent.end();
}

interface Running {
  child: ChildProcess;
  port: number;
}

async function start(name: Recorded): Promise<Running> {
  const child = fork(fileURLToPath(new URL('./recorded-service.ts', import.meta.url)), [name], {
    execArgv: [...process.execArgv, `--max-old-space-size=${RECORDED[name].memoryMb}`],
  });
  const [hello] = await once(child, 'message');
  return { child, port: Hello.parse(hello).port.port };
}

/** Requests that come by chance, at a rate that comes in waves and wanders. */
async function drive(running: Running, perSecond: number, until: number): Promise<void> {
  let wander = 0;
  for (let now = Date.now(); now < until; now = Date.now()) {
    wander = 0.995 * wander + 0.012 * (Math.random() + Math.random() - 1);
    const wave = 1 + 0.5 * Math.sin((2 * Math.PI * now) / WAVE_MS);
    ask(running.port);
    await pause((-Math.log(1 - Math.random()) * 1000) / (perSecond * wave * Math.exp(wander)));
  }
}

async function measure({ child }: Running): Promise<Record<string, number>> {
  child.send('measure');
  const [answer] = await once(child, 'message', { signal: AbortSignal.timeout(EVERY_MS) });
  return Measured.parse(answer).values;
}

const cell = (value: number | undefined): string =>
  value === undefined ? '' : String(Number(value.toPrecision(4)));

function write(file: string, component: string, at: Date, values: Record<string, number>): void {
  const cells = COLUMNS.map((name) => cell(values[name]));
  appendFileSync(file, `${[component, at.toISOString(), ...cells].join(',')}\n`);
}

/** Measure one service until the end; the one that is restarted, with each wave. */
async function record(name: Recorded, file: string, until: number): Promise<void> {
  const running = await start(name);
  const driven = drive(running, RECORDED[name].perSecond, until);
  let wave = Math.floor(Date.now() / WAVE_MS);
  for (let due = Date.now() + EVERY_MS; due < until; due += EVERY_MS) {
    await pause(Math.max(0, due - Date.now()));
    const now = new Date();
    write(file, name, now, await measure(running));
    if (name !== 'orders' || Math.floor(now.getTime() / WAVE_MS) === wave) continue;
    wave = Math.floor(now.getTime() / WAVE_MS);
    running.child.disconnect();
    Object.assign(running, await start(name));
  }
  await driven;
  running.child.disconnect();
}

async function recordMachine(file: string, until: number): Promise<void> {
  const measureMachine = createMachineMeter();
  for (let due = Date.now() + EVERY_MS; due < until; due += EVERY_MS) {
    await pause(Math.max(0, due - Date.now()));
    write(file, 'machine', new Date(), measureMachine());
  }
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const { values } = parseArgs({
    options: { out: { type: 'string' }, minutes: { type: 'string', default: '60' } },
  });
  if (values.out === undefined) throw new Error('--out names the file to write');
  const { out } = values;
  const until = Date.now() + Number(values.minutes) * 60_000;
  writeFileSync(out, `component,at,${COLUMNS.join(',')}\n`);
  const services = Object.keys(RECORDED) as Recorded[];
  await Promise.all([
    ...services.map((name) => record(name, out, until)),
    recordMachine(out, until),
  ]);
}

main()
  .then(() => process.exit(0))
  .catch(fail);
