import type { Incident } from '../decide/incident.js';

/** What an incident asks of a person who reads about it, most pressing last. */
export type NoticePhase = 'closed' | 'open' | 'acting' | 'person' | 'asking';

/** What an incident waits for: a person's yes or no. */
export interface Asking {
  readonly recoveryId: string;
  /** What would be done, as an infinitive. */
  readonly what: string;
  readonly why: string;
  /** After it nothing is done. */
  readonly until: Date;
}

/**
 * All that people are told of one incident, or of an escalation outside any: sentences, in no channel's
 * markup, and of any length.
 */
export interface Notice {
  /** Null for an escalation. */
  readonly incidentId: string | null;
  /** What names an escalation; null for an incident. */
  readonly escalation: string | null;
  readonly componentId: number;
  readonly component: string;
  readonly kind: Incident['kind'] | 'escalation';
  readonly severity: Incident['severity'];
  readonly phase: NoticePhase;
  /** What is the matter, in a few words. */
  readonly headline: string;
  readonly cause: string;
  readonly evidence: readonly string[];
  /** The plan's steps, in order. */
  readonly plan: readonly string[];
  /** What goes on now, in one sentence. */
  readonly state: string;
  /** What was done so far, oldest first. */
  readonly done: readonly string[];
  readonly asks: Asking | null;
  readonly needsPerson: boolean;
  /** Its component goes back and forth between good and bad: nothing more is told until it stays calm. */
  readonly flapping: boolean;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
  /** Before it nobody is reminded; null unless somebody has asked for that. */
  readonly snoozedUntil: Date | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  /** Differs exactly when what a person would want to know does; not for a text that only counts on. */
  readonly shape: string;
}

/** What people are told of many incidents at once. */
export interface GroupNotice {
  readonly headline: string;
  /** What goes on now, in one sentence. */
  readonly state: string;
  /** The worst of those that have no message of their own, a line each. */
  readonly worst: readonly string[];
  readonly severity: Incident['severity'];
  readonly phase: 'open' | 'closed';
  readonly shape: string;
}

/** What people are told of a common cause: of its members that are only predicted to fail nothing else is. */
export interface CauseNotice extends GroupNotice {
  readonly causeId: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}
