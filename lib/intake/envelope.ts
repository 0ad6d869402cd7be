import * as z from 'zod';
import { ComponentName } from '../domain/component.js';
import { AppError } from '../errors.js';

/** Reports of one kind in one push, at most: as many as an agent sends. */
const MAX_REPORTS = 100;

/** What stands around the samples of one sender. What a newer agent adds is ignored. */
const Envelope = z
  .object({
    component: ComponentName,
    instance: ComponentName.nullish(),
    boot_id: z.uuid().nullish(),
    samples: z.array(z.unknown()),
    results: z.array(z.unknown()).max(MAX_REPORTS).default([]),
    events: z.array(z.unknown()).max(MAX_REPORTS).default([]),
  })
  .refine(
    ({ boot_id, results, events }) => boot_id != null || results.length + events.length === 0,
    { error: 'results and events need a boot_id', path: ['boot_id'] },
  )
  .refine(({ boot_id, instance }) => boot_id == null || instance != null, {
    error: 'a boot_id needs an instance',
    path: ['instance'],
  })
  .refine(({ boot_id, samples }) => boot_id != null || samples.length > 0, {
    error: 'there is no sample',
    path: ['samples'],
  });

/** {@link readEnvelope}'s answer. */
export type Envelope = z.infer<typeof Envelope>;

/**
 * Read what stands around samples.
 *
 * @throws {AppError} `invalid`: nothing in it can be believed then
 */
export function readEnvelope(value: unknown): Envelope {
  const parsed = Envelope.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: z.core.toDotPath(path), message: message.slice(0, 200) }));
  const first = issues[0];
  throw new AppError('invalid', `the batch is not as expected: ${first?.path}: ${first?.message}`, {
    details: { issues },
  });
}
