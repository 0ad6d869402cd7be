import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { mintKey } from '../../lib/security/api-key.js';
import { deriveSecrets } from '../../lib/security/secrets.js';
import { copyIn } from './copy-in.js';
import { type FunctionsProcess, startFunctionsProcess } from './functions-process.js';
import type { Ground, Installation } from './ground.js';
import { figure, figures, type Line, summary } from './table.js';

/** One way to send: so many samples a request, so many requests. */
interface Case {
  readonly what: string;
  readonly components: number;
  readonly instants: number;
  readonly gzip: boolean;
  readonly rounds: number;
}

const CASES: readonly Case[] = [
  { what: 'ingest, 5,000 a request', components: 100, instants: 50, gzip: false, rounds: 25 },
  { what: 'ingest, 5,000 gzipped', components: 100, instants: 50, gzip: true, rounds: 25 },
  { what: 'ingest, 100 a request', components: 100, instants: 1, gzip: false, rounds: 200 },
];

/** Rounds before the measured ones: plans are cached, and code is compiled. */
const WARM = 5;

/** Components that COPY writes to: as many others, in the same table. */
const COPY_ID = 1_000_000;

const COPY = `
  copy metric_samples (component_id, instance_id, at, cpu_usage, memory_usage, error_rate, latency_ms)
  from stdin`;

const Answer = z.object({ accepted: z.number() });

interface Sample {
  readonly component: string;
  readonly at: string;
  readonly cpu_usage: number;
  readonly memory_usage: number;
  readonly error_rate: number;
  readonly latency_ms: number;
}

function batch({ components, instants }: Case, firstAtMs: number): Sample[] {
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return Array.from({ length: components * instants }, (_, i) => ({
    component: `component-${i % components}`,
    at: new Date(firstAtMs + Math.floor(i / components) * 10_000).toISOString(),
    cpu_usage: round(40 + 30 * Math.abs(Math.sin(i))),
    memory_usage: round(60 + 10 * Math.abs(Math.cos(i))),
    error_rate: round(0.01 * Math.abs(Math.sin(i / 3))),
    latency_ms: round(200 + 100 * Math.abs(Math.cos(i / 7))),
  }));
}

function copyRows(samples: readonly Sample[]): Buffer {
  const lines = samples.map((one) => {
    const id = COPY_ID + Number(one.component.slice('component-'.length));
    return `${id}\t0\t${one.at}\t${one.cpu_usage}\t${one.memory_usage}\t${one.error_rate}\t${one.latency_ms}\n`;
  });
  return Buffer.from(lines.join(''));
}

/** Samples per second through the handler, over HTTP, and by COPY: round by round in turn. */
async function measure(
  one: Case,
  firstAtMs: number,
  send: Send,
  copy: (rows: Buffer) => Promise<void>,
) {
  const handlerPerS: number[] = [];
  const copyPerS: number[] = [];
  for (let round = 0; round < WARM + one.rounds; round += 1) {
    const samples = batch(one, firstAtMs + round * one.instants * 10_000);
    const json = JSON.stringify(samples);
    const body = one.gzip ? gzipSync(json) : Buffer.from(json);
    const rows = copyRows(samples);
    const handlerS = await seconds(() => send(body, one.gzip, samples.length));
    const copyS = await seconds(() => copy(rows));
    if (round < WARM) continue;
    handlerPerS.push(samples.length / handlerS);
    copyPerS.push(samples.length / copyS);
  }
  return { handler: summary(handlerPerS), copied: summary(copyPerS) };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

type Send = (body: Buffer, gzip: boolean, samples: number) => Promise<void>;

function sender(functions: FunctionsProcess, { env }: Installation): Send {
  const secrets = deriveSecrets(env['FORESTALL_SECRET'] ?? '', []);
  const id = '0189aaaa-0000-7000-8000-000000000001';
  const order = { id, name: 'bench', component: null, expiresAt: null };
  const key = mintKey({ ...order, scopes: ['ingest'] }, secrets);
  return async (body, gzip, samples) => {
    const answer = await fetch(`${functions.url}/api/ingest`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      },
      body: new Uint8Array(body),
    });
    const { accepted } = Answer.parse(await answer.json());
    if (accepted !== samples) throw new Error(`${accepted} of ${samples} samples were stored`);
  };
}

/** Measure `POST /api/ingest` against one COPY of the same rows into the same table. */
export async function benchIngest(ground: Ground): Promise<Line[]> {
  const installation = await ground.installation('bench_ingest');
  // No sweep is asked for: nothing but ingest runs.
  const env = { ...installation.env, HEAL_INTERVAL_SECONDS: '86400' };
  await installation.client.query('update control set last_sweep_at = now()');
  const functions = await startFunctionsProcess(env);
  try {
    return await measureAll(installation, sender(functions, installation));
  } finally {
    await functions.stop();
  }
}

async function measureAll({ client }: Installation, send: Send): Promise<Line[]> {
  const copy = (rows: Buffer) => copyIn(client, COPY, rows);
  const lines: Line[] = [];
  let firstAtMs = Date.now() - 24 * 3_600_000;
  for (const one of CASES) {
    console.error(`${one.what} …`);
    const { handler, copied } = await measure(one, firstAtMs, send, copy);
    firstAtMs += (WARM + one.rounds) * one.instants * 10_000;
    lines.push({
      what: one.what,
      ...figures(handler, 'samples/s'),
      against: `COPY: ${figure(copied.median, 'samples/s')}`,
      ratio: (handler.median / copied.median).toFixed(2),
      note: 'one request at a time',
    });
  }
  return lines;
}
