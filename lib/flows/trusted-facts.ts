import type { App } from '../app.js';
import { Settings } from '../domain/settings.js';
import type { DecisionFacts } from '../store/decision-fact-rows.js';
import { readDecisionFacts } from '../store/decision-facts.js';

/**
 * Say what is wrong with the installation's own settings; null where they can be read.
 *
 * After a downgrade, say, one that is unknown makes all of them unreadable, and limits that an
 * administrator has set would silently not hold.
 */
export function settingsTrouble(app: App, own: Readonly<Record<string, unknown>>): string | null {
  const parsed = Settings.safeParse({ ...app.baseSettings, ...own });
  if (parsed.success) return null;
  const [issue] = parsed.error.issues;
  const names = issue?.code === 'unrecognized_keys' ? issue.keys : issue?.path;
  return `the settings cannot be read: ${(names ?? []).join('.')}: ${issue?.message ?? 'not valid'}`;
}

/**
 * Read the facts that decisions rest on; where the settings cannot be read the installation counts as
 * paused, loudly.
 *
 * @returns null when there is no control row: nothing may be decided then
 */
export async function readTrustedFacts(app: App): Promise<DecisionFacts | null> {
  const facts = await readDecisionFacts(app.sql, app.at);
  if (facts === null) {
    app.log({ level: 'error', event: 'control_row_missing' });
    return null;
  }
  const trouble = settingsTrouble(app, facts.settings);
  if (trouble === null) return facts;
  app.log({ level: 'error', event: 'settings_unreadable', trouble });
  return { ...facts, paused: true, pausedWhy: trouble };
}
