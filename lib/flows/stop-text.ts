import type { Stop } from './stop-now.js';

/** Why a recovery is stopped, with what each guard that refuses says. */
export function stopText({ why, verdicts }: Stop): string {
  const refusals = (verdicts ?? []).filter(({ outcome }) => outcome === 'refuse');
  return [why, ...refusals.map((one) => `${one.guard}: ${one.why}`)].join('; ');
}
