import { type App, settingsOf } from '../../app.js';
import { Settings } from '../../domain/settings.js';
import { AppError } from '../../errors.js';
import { addAudit } from '../../store/audit.js';
import { mergeSettings, readControl } from '../../store/control.js';
import { settingsTrouble } from '../trusted-facts.js';
import type { Change } from './change.js';

/**
 * The switch and the settings in force, with those that differ from the environment's. Where those cannot be
 * read the installation counts as paused.
 */
export async function showSettings(app: App): Promise<object> {
  const control = await readControl(app.sql);
  const own = control?.settings ?? {};
  const trouble = control === null ? 'the control row is missing' : settingsTrouble(app, own);
  return {
    paused: (control?.paused ?? true) || trouble !== null,
    paused_why: control?.pausedWhy ?? trouble,
    settings: settingsOf(app.baseSettings, own),
    own,
    ...(trouble === null ? {} : { trouble }),
  };
}

/**
 * Change settings; a null takes one back to the environment's. What another changes meanwhile stays.
 *
 * @throws {AppError} `invalid`, naming the setting, when the result would not be valid: then nothing
 * has changed
 */
export async function changeSettings(
  app: App,
  changes: Readonly<Record<string, unknown>>,
  { who, why }: Change,
): Promise<object> {
  const control = await readControl(app.sql);
  const own = Object.fromEntries(
    Object.entries({ ...control?.settings, ...changes }).filter(([, value]) => value !== null),
  );
  const parsed = Settings.safeParse({ ...app.baseSettings, ...own });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys : issue?.path;
    throw new AppError('invalid', `${(keys ?? []).join('.')}: ${issue?.message ?? 'not valid'}`);
  }
  await app.sql.transaction([
    mergeSettings(app.sql, changes, who),
    addAudit(app.sql, { who, what: 'change settings', why, detail: { changes } }),
  ]);
  return showSettings(app);
}
