import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ROOT } from '../stack.js';
import { neutralEnvironment } from '../stage/start-installation.js';
import { DeployerAnswer, type DeployerOrder, type Exits } from './deployer-order.js';

/** A running deployer. */
export interface Deployer {
  readonly url: string;
  /**
   * Have something done.
   *
   * @returns how processes have ended until then
   * @throws {Error} when it could not be done, or the deployer is gone
   */
  order(order: DeployerOrder): Promise<Exits>;
  /** Ends it and all its services. Safe to repeat. */
  stop(): Promise<void>;
}

const Listening = z.object({ port: z.number() });
const FILE = fileURLToPath(new URL('./deployer.ts', import.meta.url));

/** Start the deployer. @param secret - by which Forestall signs its messages */
export async function startDeployer(secret: string): Promise<Deployer> {
  const child = spawn(process.execPath, ['--import', 'tsx', FILE], {
    cwd: ROOT,
    env: { ...neutralEnvironment(process.env), LAB_WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const gone = ended.then(() => Promise.reject(new Error('the deployer is gone')));
  gone.catch(() => undefined);
  const [first] = await Promise.race([once(child, 'message'), gone]);
  const { port } = Listening.parse(first);
  let last = 0;
  const waiting = new Map<number, (answer: DeployerAnswer) => void>();
  child.on('message', (message) => {
    const answer = DeployerAnswer.parse(message);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async order(order) {
      last += 1;
      const id = last;
      const answered = new Promise<DeployerAnswer>((resolve) => waiting.set(id, resolve));
      child.send({ id, order });
      const { error, exits } = await Promise.race([answered, gone]);
      if (error !== null) throw new Error(`the deployer could not ${order.what}: ${error}`);
      return exits;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
