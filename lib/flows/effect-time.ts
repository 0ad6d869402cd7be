import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import type { Reported } from '../platforms/platform.js';
import type { StoredRecovery } from '../store/recoveries.js';

type Known = Pick<StoredRecovery, 'actedAt' | 'createdAt' | 'proof'>;

/** When an action can have had its effect, as it is known by now: once it was called, or once it had ended. */
export function effectAt({ actedAt, createdAt, proof }: Known): Date {
  const kept = proof?.['effect_at'];
  return typeof kept === 'string' ? new Date(kept) : (actedAt ?? createdAt);
}

/**
 * When an action took effect, where that is news: long after it was called. All that was measured in between
 * shows the trouble and not the cure, so its verification begins anew from there.
 *
 * It is the instant that the executor tells; where it tells none, and was still at work when it was asked
 * before, it is now.
 *
 * @returns null where nothing is to begin anew
 */
export function lateEffect(
  recovery: Known & Pick<StoredRecovery, 'origin'>,
  reported: Reported,
  { intervalS }: Pick<Settings, 'intervalS'>,
  now: Date,
): Date | null {
  const { proof, origin } = recovery;
  // An undo is judged by its executor alone.
  if (origin === 'undo' || reported.kind !== 'done' || proof?.['effect_at'] !== undefined)
    return null;
  const called = effectAt(recovery);
  const at = Math.min(endOf(reported.endedAt ?? null, proof, { called, now }), now.getTime());
  return at - called.getTime() > intervalS * SECOND ? new Date(at) : null;
}

/** What is kept of a late effect: when it was, and when that was noticed. */
export function effectNotes(at: Date, noticedAt: Date): Readonly<Record<string, string>> {
  return { effect_at: at.toISOString(), effect_noticed_at: noticedAt.toISOString() };
}

/** What a proof tells of a late effect; nothing where it was not late. */
export function keptEffect(proof: Known['proof']): Readonly<Record<string, unknown>> {
  const { effect_at: at, effect_noticed_at: noticedAt } = proof ?? {};
  return at === undefined ? {} : { effect_at: at, effect_noticed_at: noticedAt };
}

/** When a recovery let the window begin anew: since when it did, and when that was known. */
export function resetsOf({
  actedAt,
  proof,
}: Pick<Known, 'actedAt' | 'proof'>): { readonly knownAt: Date; readonly at: Date }[] {
  if (actedAt === null) return [];
  const { effect_at: at, effect_noticed_at: noticedAt } = proof ?? {};
  const late =
    typeof at === 'string' && typeof noticedAt === 'string'
      ? [{ knownAt: new Date(noticedAt), at: new Date(at) }]
      : [];
  return [{ knownAt: actedAt, at: actedAt }, ...late];
}

/** What was still at work when it was asked cannot have ended before that, whatever its clock says. */
function endOf(
  told: Date | null,
  proof: Known['proof'],
  { called, now }: { readonly called: Date; readonly now: Date },
): number {
  const pending = proof?.['pending_at'];
  if (typeof pending !== 'string') return (told ?? called).getTime();
  return told !== null && told >= new Date(pending) ? told.getTime() : now.getTime();
}
