import * as z from 'zod';
import { app } from '../app.js';
import { assessOne, ingest } from '../flows/ingest.js';
import { storeSpooled } from '../flows/spool.js';
import { BATCH_LIMITS } from '../http/body.js';
import { type BatchBody, batchBody, jsonBody } from '../http/body-reader.js';
import { byCaller } from '../http/by-caller.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { queueEndpoint } from '../http/queue-endpoint.js';
import { reply } from '../http/reply.js';
import { readNdjson, readSamples, type SampleBatch } from '../intake/samples.js';
import { SpoolMessage } from '../queue/messages.js';
import { deps } from './deps.js';

/** Samples in one request, at most. */
const MAX_SAMPLES = 5000;

const Query = z.strictObject({ assess: z.literal('1').optional() });

function read(body: BatchBody, now: Date): SampleBatch {
  const options = { now, maxSamples: MAX_SAMPLES };
  return body.format === 'ndjson'
    ? readNdjson(body.text, options)
    : readSamples(body.value, options);
}

const fromSenders = keyEndpoint(
  deps,
  { scope: 'ingest', bound: true, body: batchBody, query: Query, idempotency: 'best_effort' },
  async ({ identity, body, query, now }) => {
    const { push, ...batch } = read(body, now);
    const names = new Set(batch.samples.map(({ component }) => component));
    const from = { boundTo: identity.component, keyId: identity.id };
    const taken = await ingest(app(), { ...batch, push, ...from });
    return query.assess === '1' && taken.queued === 0 && taken.rejected.length === 0
      ? assessOne(app(), names)
      : reply(202, taken);
  },
);

/** Samples that waited in the queue while the database was away. */
const fromQueue = queueEndpoint(
  deps,
  { body: jsonBody(SpoolMessage, { limits: BATCH_LIMITS }) },
  ({ body, identity }) => storeSpooled(app(), body, identity),
);

/** Takes samples in: from services and collectors, and from the queue. */
export const ingestPost = byCaller({ queue: fromQueue, key: fromSenders });
