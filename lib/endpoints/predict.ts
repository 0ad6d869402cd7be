import * as z from 'zod';
import { app } from '../app.js';
import { StatedLimits } from '../domain/metrics.js';
import { AppError } from '../errors.js';
import { predictComponent, predictSeries } from '../flows/predict.js';
import { BATCH_LIMITS } from '../http/body.js';
import { jsonBody } from '../http/body-reader.js';
import { requireComponent } from '../http/identity.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { readSamples } from '../intake/samples.js';
import { deps } from './deps.js';

const Query = z.strictObject({ component: z.string().min(1).max(128) });

const Series = z.strictObject({
  component: z.string().default('series'),
  samples: z.array(z.record(z.string(), z.unknown())).min(1).max(5000),
  limits: StatedLimits.default({}),
});

/** How far back a series of one's own may reach: it is not stored, so it may be old. */
const SERIES_AGE_MS = 10 * 365 * 86_400_000;

/** What is known of a component's future, and the plan for it. */
export const predictGet = keyEndpoint(
  deps,
  { scope: 'read', bound: true, query: Query },
  ({ identity, query }) => {
    requireComponent(identity, query.component);
    return predictComponent(app(), query.component);
  },
);

/** The same for a series in the request. */
export const predictPost = keyEndpoint(
  deps,
  { scope: 'read', bound: true, body: jsonBody(Series, { limits: BATCH_LIMITS }) },
  ({ body, now }) => {
    const { component, samples, limits } = body;
    const batch = readSamples(
      { component, samples },
      { now, maxSamples: 5000, maxAgeMs: SERIES_AGE_MS },
    );
    if (batch.rejected.length > 0) {
      throw new AppError('invalid', `${batch.rejected.length} samples are not as expected`, {
        details: { rejected: batch.rejected.slice(0, 20) },
      });
    }
    return predictSeries(app(), batch.samples, limits);
  },
);
