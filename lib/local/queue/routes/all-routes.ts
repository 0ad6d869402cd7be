import type { Core } from '../publish.js';
import type { Route } from '../route.js';
import type { ScheduleClock } from '../schedule-clock.js';
import type { SigningKeys } from '../signing-keys.js';
import { dlqRoutes } from './dlq-routes.js';
import { flowRoutes } from './flow-routes.js';
import { groupRoutes } from './group-routes.js';
import { keyRoutes } from './key-routes.js';
import { logRoutes } from './log-routes.js';
import { messageRoutes } from './message-routes.js';
import { publishRoutes } from './publish-routes.js';
import { queueRoutes } from './queue-routes.js';
import { scheduleRoutes } from './schedule-routes.js';

/** Every endpoint of the queue. */
export function allRoutes(core: Core, clock: ScheduleClock, keys: SigningKeys): readonly Route[] {
  return [
    ...publishRoutes(core),
    ...messageRoutes(core),
    ...dlqRoutes(core),
    ...scheduleRoutes(core, clock),
    ...queueRoutes(core),
    ...groupRoutes(core),
    ...flowRoutes(core),
    ...logRoutes(core),
    ...keyRoutes(keys),
  ];
}
