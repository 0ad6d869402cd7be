import type { App } from '../app.js';

/** Tell the outside dead-man's switch that a sweep has ended; its absence is the alarm. */
export async function beat(app: App): Promise<void> {
  if (app.heartbeatUrl === undefined) return;
  try {
    await fetch(app.heartbeatUrl, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    });
  } catch (error) {
    app.log({ level: 'warn', event: 'heartbeat_failed', error });
  }
}
