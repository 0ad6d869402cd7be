import type { Deploy } from './answers.js';
import { ENDED } from './deploy-ends.js';

/** The deploy that a configuration is put back under, or why none can be. */
export type ConfigBase =
  | { readonly kind: 'found'; readonly live: Deploy }
  | { readonly kind: 'refused'; readonly why: string };

const refused = (why: string): ConfigBase => ({ kind: 'refused', why });

/** Statuses of a deploy whose build succeeded, and which is not live. */
const BUILT: ReadonlySet<string> = new Set(['update_failed', 'pre_deploy_failed', 'deactivated']);

/**
 * Find the deploy that a configuration can be put back under.
 *
 * Variables go live with a deploy of the last build: where that is not what is live, as after a rollback, it
 * would bring other code with it.
 *
 * @param deploys - of one service, newest first
 */
export function configBase(deploys: readonly Deploy[]): ConfigBase {
  const running = deploys.find(({ status }) => !ENDED.has(status));
  if (running !== undefined) {
    return refused(`deploy ${running.id} is in progress (${running.status}): wait for its end`);
  }
  const live = deploys.find(({ status }) => status === 'live');
  if (live === undefined) return refused('no deploy is live, so no configuration can be put back');
  if (live.trigger === 'rollback') {
    return refused(`the live deploy ${live.id} is a rollback: a new one would bring other code`);
  }
  const newer = deploys.slice(0, deploys.indexOf(live)).find(({ status }) => BUILT.has(status));
  if (newer === undefined) return { kind: 'found', live };
  return refused(`deploy ${newer.id} was built after what is live, and would go live with it`);
}
