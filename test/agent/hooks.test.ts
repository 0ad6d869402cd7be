import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** A service whose every hook fails later; it ends with 0 when none of that has ended it before. */
const SERVICE = `
import { runInNewContext } from 'node:vm';
import { createAgent } from ${JSON.stringify(fileURLToPath(new URL('../../lib/agent/agent.ts', import.meta.url)))};
// A promise of another realm, as in a test runner's sandbox, is no instance of this one's Promise.
const later = runInNewContext("async () => { throw new Error('later'); }");
const agent = createAgent({
  url: 'http://127.0.0.1:9', key: 'fst_key', component: 'shop', instance: 'one', intervalS: 0.1,
  onEvent: later, gc: later,
  databasePool: { reset: later, check: later, usage: later },
});
agent.registerCache({ name: 'elsewhere', clear: later });
agent.registerCache({ name: 'sized', clear: () => undefined, size: later });
agent.recordError(Object.create(null), 'nothing that can be read');
agent.recordError(Object.assign(new Error(), { message: 7 }), 'no text');
agent.recordError({ get code() { throw new Error('code'); } });
process.memoryUsage = () => { throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' }); };
setInterval(() => undefined, 1000);
await agent.cleanMemory();
await new Promise((done) => setTimeout(done, 1000));
process.exit(0);
`;

it('an agent never ends its service, whatever fails in it or in the service’s hooks', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SERVICE], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'exit');
  expect([code, said]).toEqual([0, '']);
});
