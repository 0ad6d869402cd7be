import * as z from 'zod';
import type { App } from '../app.js';
import { AppError } from '../errors.js';
import type { ActionRequest, Prepared } from '../platforms/platform.js';
import { componentsById } from '../store/components.js';
import type { StoredRecovery } from '../store/recoveries.js';

/** A state's number of copies, where that is part of it. */
const End = z.object({ instances: z.number() });

/**
 * Refuse a rollback that would bring another number of copies than the component's `scale` bounds allow: a state of
 * long ago may have had fewer, or more, than is wanted today. What a scaling is asked beforehand can here be asked
 * only once it is known which state it leads to.
 *
 * An undo is asked nothing: it returns to what ran a moment ago.
 *
 * @throws {AppError} `refused`, naming the bounds
 */
export async function requireWithinBounds(
  app: App,
  { action, component, componentId }: StoredRecovery,
  undone: ActionRequest['undoes'],
  { before, after }: Prepared,
): Promise<void> {
  if (action.name !== 'rollback' || undone !== undefined) return;
  const to = End.safeParse(after).data?.instances;
  if (to === undefined || to === End.safeParse(before).data?.instances) return;
  const scale = (await componentsById(app.sql, [componentId])).get(componentId)?.scale ?? null;
  if (scale === null || (to >= scale.min && to <= scale.max)) return;
  throw new AppError(
    'refused',
    `${component}: that state had ${to} instances, outside ${scale.min} to ${scale.max}: nothing is put back in part`,
  );
}
