import type { KeptRule } from '../../domain/decide/rules/choose-rule.js';

/** A version of a healing rule, and when it was in force. */
export interface PastRule extends KeptRule {
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** The versions that were in force at an instant. */
export function rulesAt(rules: readonly PastRule[], now: Date): PastRule[] {
  return rules.filter(
    ({ createdAt, endedAt }) => createdAt <= now && (endedAt === null || endedAt > now),
  );
}
