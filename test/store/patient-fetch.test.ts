import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { patientFetch } from '../../lib/store/patient-fetch.js';

/** A server that answers some requests and lets the others hang; counts both. */
async function server(answers: (asked: number) => boolean) {
  const seen = { asked: 0 };
  const http = createServer((_, response) => {
    seen.asked += 1;
    if (answers(seen.asked)) response.end('well');
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { seen, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/` };
}

it('answers what comes in time', async () => {
  const { url } = await server(() => true);
  const ask = patientFetch(30_000, 30_000);
  expect(await (await ask(url)).text()).toBe('well');
});

it('does not ask again for a while what has not answered in time', async () => {
  const { url, seen } = await server((asked) => asked > 1);
  const ask = patientFetch(300, 60_000);
  await expect(ask(url)).rejects.toThrow();
  for (let i = 0; i < 5; i += 1) await expect(ask(url)).rejects.toThrow('not answered in time');
  expect(seen.asked).toBe(1);
});

it('asks one database while another hangs', async () => {
  const { url, seen } = await server((asked) => asked > 1);
  const ask = patientFetch(300, 60_000);
  const of = (name: string) => ask(url, { headers: { 'Neon-Connection-String': name } });
  await expect(of('postgresql://u:p@team/shop')).rejects.toThrow();
  expect(await (await of('postgresql://u:p@own/forestall')).text()).toBe('well');
  await expect(of('postgresql://u:p@team/shop')).rejects.toThrow('not answered in time');
  expect(seen.asked).toBe(2);
});

it('asks again after that', async () => {
  const { url, seen } = await server((asked) => asked > 1);
  const ask = patientFetch(300, 0);
  await expect(ask(url)).rejects.toThrow();
  expect(await (await ask(url)).text()).toBe('well');
  expect(seen.asked).toBe(2);
});

it('goes on asking what refuses at once: that costs no time', async () => {
  const ask = patientFetch(30_000, 60_000);
  for (let i = 0; i < 2; i += 1) {
    await expect(ask('http://127.0.0.1:9/')).rejects.not.toThrow('not answered in time');
  }
});
