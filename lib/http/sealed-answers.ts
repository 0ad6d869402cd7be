import { open, seal } from '../security/seal.js';
import type { Secrets } from '../security/secrets.js';
import type { IdempotencyStore, RequestKey } from './idempotency.js';

const purpose = ({ scope, key }: RequestKey): string => `answer:${scope}:${key}`;

/**
 * Keep answers encrypted: some of them hold what is shown only once, such as a new API key.
 *
 * @param secrets - called for each answer, as the installation's secret is read late
 */
export function sealedAnswers(store: IdempotencyStore, secrets: () => Secrets): IdempotencyStore {
  return {
    async begin(request) {
      const begun = await store.begin(request);
      if (begun.answer === null || begun.bodyHash !== request.bodyHash) return begun;
      return { ...begun, answer: open(begun.answer, purpose(request), secrets()) };
    },
    finish: (done) =>
      store.finish({ ...done, answer: seal(done.answer, purpose(done), secrets()) }),
    abandon: (request) => store.abandon(request),
  };
}
