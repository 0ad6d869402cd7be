import { app } from '../app.js';
import { checkHealing } from '../flows/check-healing.js';
import { daily } from '../flows/daily.js';
import { sweep } from '../flows/sweep.js';
import { tellPeople } from '../flows/tell-people.js';
import { jsonBody } from '../http/body-reader.js';
import { byCaller } from '../http/by-caller.js';
import { cronEndpoint } from '../http/cron-endpoint.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { queueEndpoint } from '../http/queue-endpoint.js';
import { SweepMessage } from '../queue/messages.js';
import { deps } from './deps.js';

const body = jsonBody(SweepMessage, { optional: true });

function pass(message: SweepMessage): Promise<unknown> {
  if (message.check === true) return checkHealing(app());
  return message.tell === true ? tellPeople(app()) : sweep(app(), message);
}

const byQueue = queueEndpoint(deps, { body }, (call) => pass(call.body));
const byAdmin = keyEndpoint(deps, { scope: 'admin', body }, (call) => pass(call.body));

/** One pass over all components, or some shards: for the queue's clock, its shards, and administrators. */
export const sweepPost = byCaller({ queue: byQueue, key: byAdmin });

const byCron = cronEndpoint(deps, {}, () => daily(app()));
const dailyByAdmin = keyEndpoint(deps, { scope: 'admin' }, () => daily(app()));

/** The daily backstop, with the maintenance and the learning: for the platform's cron. */
export const sweepGet = byCaller({ cron: byCron, key: dailyByAdmin });
