import * as z from 'zod';
import { app } from '../app.js';
import { ComponentName } from '../domain/component.js';
import { deploymentJson, findDeployment, reportDeployment } from '../flows/deployments.js';
import { jsonBody } from '../http/body-reader.js';
import { byPath } from '../http/by-path.js';
import { requireComponent } from '../http/identity.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { pathParts } from '../http/path-id.js';
import { reply } from '../http/reply.js';
import { deps } from './deps.js';

const PREFIX = '/api/deployments';
const text = z.string().trim().min(1).max(256);

const Report = z.strictObject({
  component: ComponentName,
  version: text,
  phase: z.enum(['started', 'finished', 'failed']),
  kind: z.enum(['deployment', 'config']).default('deployment'),
  commit: text.nullable().default(null),
  platform_ref: text.nullable().default(null),
  actor: text.nullable().default(null),
  one_way: text.nullable().default(null),
});

const report = keyEndpoint(
  deps,
  { scope: 'deploy', bound: true, body: jsonBody(Report) },
  async ({ body, identity }) => {
    requireComponent(identity, body.component);
    const { platform_ref: platformRef, one_way: oneWay, ...rest } = body;
    const reported = { ...rest, platformRef, oneWay };
    return reply(202, await reportDeployment(app(), reported, identity.name));
  },
);

/** Takes in what pipelines report. */
export const deploymentsPost = byPath(deps, PREFIX, { '': report });

const show = keyEndpoint(
  deps,
  { scope: 'read', bound: true, routed: ['id'] },
  async ({ url, identity }) => {
    const deployment = await findDeployment(
      app(),
      z.uuid().catch('00000000-0000-0000-0000-000000000000').parse(pathParts(url, PREFIX)[0]),
    );
    requireComponent(identity, deployment.component);
    return deploymentJson(deployment);
  },
);

/** One deployment. */
export const deploymentsGet = byPath(deps, PREFIX, { ':id': show });
