/** Statuses that nothing follows by itself; any other, an unknown one too, is a deploy in progress. */
export const ENDED: ReadonlySet<string> = new Set([
  'live',
  'deactivated',
  'build_failed',
  'update_failed',
  'canceled',
  'pre_deploy_failed',
]);

/** Statuses of a deploy that will not go live any more. */
export const FAILED: ReadonlySet<string> = new Set([
  'build_failed',
  'update_failed',
  'pre_deploy_failed',
  'canceled',
]);
