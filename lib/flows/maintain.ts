import type { App } from '../app.js';
import type { Settings } from '../domain/settings.js';
import { forgetSchemas } from '../store/database-schemas.js';
import { forgetKnownStates } from '../store/known-states.js';
import { forgetPredictions } from '../store/predictions.js';
import { forgetReceived } from '../store/received.js';
import { dropSampleDays, makeSampleDays } from '../store/sample-days.js';

/** The daily work: partitions for the days ahead, none for those past the retention; old predictions, keys, states and schemas forgotten. */
export async function maintain(app: App, settings: Settings): Promise<void> {
  await makeSampleDays(app.sql);
  await dropSampleDays(app.sql, settings.sampleRetentionS);
  await forgetReceived(app.sql);
  await forgetPredictions(app.sql, settings.predictionRetentionS);
  await forgetKnownStates(app.sql);
  await forgetSchemas(app.sql);
}
