import type { RenderService } from './service.js';

const AUTOSCALING = {
  enabled: true,
  min: 1,
  max: 5,
  criteria: {
    cpu: { enabled: true, percentage: 60 },
    memory: { enabled: false, percentage: 60 },
  },
};

/** A service as Render shows it. */
export function serviceView(service: RenderService): unknown {
  const { instances, deploys: _, envVars: __, autoscaling, ...shown } = service;
  const shownDetails = details(service.type, instances.length);
  const scaling = autoscaling ? { autoscaling: AUTOSCALING } : {};
  return { ...structuredClone(shown), serviceDetails: { ...shownDetails, ...scaling } };
}

const BUILD = { buildCommand: 'npm ci', startCommand: 'node server.js' };

function details(type: string, numInstances: number): object {
  const common = {
    env: 'node',
    envSpecificDetails: BUILD,
    plan: 'starter',
    region: 'oregon',
    runtime: 'node',
    buildPlan: 'starter',
  };
  const url = 'https://shop.onrender.example';
  if (type === 'static_site') {
    return { buildCommand: 'npm run build', publishPath: 'dist', url, buildPlan: 'starter' };
  }
  if (type === 'cron_job') return { ...common, schedule: '0 * * * *' };
  const worker = { ...common, numInstances };
  if (type === 'background_worker') return worker;
  const served = { ...worker, url, openPorts: [{ port: 10000, protocol: 'TCP' }] };
  return type === 'private_service' ? served : { ...served, healthCheckPath: '/health' };
}
