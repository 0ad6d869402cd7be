import * as z from 'zod';
import { FLAWS } from './faults.js';
import { SERVICES } from './graph.js';
import { ServiceOrder } from './service-order.js';

const service = z.enum(SERVICES);

/** What the lab has the deployer do; each is answered once it is done. */
export const DeployerOrder = z.discriminatedUnion('what', [
  /** Start every service: of its version 1, on a port of its own. */
  z.strictObject({
    what: z.literal('start'),
    services: z.array(
      z.strictObject({ service, port: z.number().int().positive(), order: ServiceOrder }),
    ),
  }),
  z.strictObject({
    what: z.literal('change'),
    service,
    version: z.string(),
    flaw: z.enum(FLAWS).nullable(),
  }),
  z.strictObject({ what: z.literal('stop'), service }),
  /** Let the outside provider fail, or be well. */
  z.strictObject({ what: z.literal('provider'), isOut: z.boolean() }),
  z.strictObject({ what: z.literal('look') }),
]);
export type DeployerOrder = z.infer<typeof DeployerOrder>;

/** How processes have ended, by service. */
export const Exits = z.partialRecord(
  service,
  z.array(z.object({ at: z.number(), orderly: z.boolean(), why: z.string() })),
);
export type Exits = z.infer<typeof Exits>;

/** The deployer's answer to the order of an id; `error` says why it was not done. */
export const DeployerAnswer = z.object({
  id: z.number(),
  error: z.string().nullable(),
  exits: Exits,
});
export type DeployerAnswer = z.infer<typeof DeployerAnswer>;

/** An order as it is sent. */
export const Numbered = z.object({ id: z.number(), order: DeployerOrder });
