/** What a state is told by, besides its deployment. */
export interface Lived {
  /** Since when it is live: later than its creation, where it was returned to or its Edge Config was changed. */
  readonly since: Date;
  readonly created: Date;
  /** How many items its Edge Config has; null where it has none. */
  readonly edgeItems: number | null;
}

/**
 * Name a state of a project. One deployment may be several states: it may go live again, and what it reads from
 * an Edge Config is changed while it serves. Both are told apart by since when they are so, a removed item by
 * the number that is left.
 */
export function stateId(deploymentId: string, { since, created, edgeItems }: Lived): string {
  if (edgeItems !== null) return `${deploymentId}+${since.getTime()}.${edgeItems}`;
  return since > created ? `${deploymentId}+${since.getTime()}` : deploymentId;
}

/** The deployment of a state. */
export const deploymentOf = (id: string): string => id.split('+', 1)[0] ?? id;
