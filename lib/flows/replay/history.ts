import type { Component } from '../../domain/component.js';
import type { Deployment } from '../../store/deployments.js';

/** One metric of one instance, in columns: a history of a month has millions of values. */
export interface Column {
  readonly metric: string;
  /** One for each instant; NaN where it is missing. */
  readonly values: Float64Array;
}

/** What one running copy has sent. */
export interface Copy {
  /** The empty string when the sender has only one. */
  readonly instance: string;
  /** Milliseconds since the epoch, strictly increasing. */
  readonly at: Float64Array;
  readonly columns: readonly Column[];
}

/** All that is known of one component's past, to be looked at again as it would have been seen. */
export interface ComponentHistory {
  readonly component: Component;
  readonly agentPresent: boolean;
  readonly copies: readonly Copy[];
  /** The oldest sample ever stored, which may lie before those of `copies`; null when there is none. */
  readonly firstSampleAt: Date | null;
  /** When actions that were really carried out made its window begin anew, oldest first. */
  readonly resets: readonly { readonly knownAt: Date; readonly at: Date }[];
  /** Newest first. */
  readonly deployments: readonly Deployment[];
}
