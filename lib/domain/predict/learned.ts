import { ModelData, modelOf } from './model.js';
// biome-ignore lint/correctness/useImportExtensions: these are data, and stay JSON when TypeScript is compiled
import data from './parameters.json' with { type: 'json' };

/** The model that is shipped. Made by `npm run train`. */
export const LEARNED = modelOf(ModelData.parse(data));
