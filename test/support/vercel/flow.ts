import { type FlowStack, startFlowStack } from '../flow-stack.js';
import { startVercelServer, type VercelServer } from '../vercel-server.js';
import { type VercelProject, vercelProject } from './project.js';

/** An installation whose flows are called by the test itself, and one project at Vercel, `prj_1`. */
export interface VercelFlow {
  readonly flows: FlowStack;
  readonly vercel: VercelServer;
  project(): VercelProject;
  close(): Promise<void>;
}

/** Start one, whose ledger looks at every sweep and takes half an hour for proof. */
export async function startVercelFlow(): Promise<VercelFlow> {
  const vercel = await startVercelServer({
    token: 'vcl_test',
    projects: [vercelProject('prj_1')],
  });
  const env = { VERCEL_API_URL: vercel.url, VERCEL_TOKEN: 'vcl_test' };
  const flows = await startFlowStack({ provenMinutes: 30, ledgerEveryS: 1 }, env);
  return {
    flows,
    vercel,
    project() {
      const one = vercel.state.get('prj_1');
      if (one === undefined) throw new Error('the project is there');
      return one;
    },
    async close() {
      await flows.close();
      await vercel.close();
    },
  };
}
