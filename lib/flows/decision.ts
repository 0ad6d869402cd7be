import type { Action } from '../domain/decide/action.js';
import type { Executor, Premise } from '../domain/decide/recovery.js';
import type { Verdict } from '../domain/decide/verdict.js';
import type { StoredIncident } from '../store/incidents.js';

/** What is to be done about one incident now. */
export type Decision =
  | {
      readonly kind: 'claim';
      readonly incident: StoredIncident;
      readonly step: number;
      readonly action: Action;
      readonly executor: Executor;
      readonly why: string;
      readonly verdicts: readonly Verdict[];
      readonly premise: Premise;
      readonly approveBy: Date | null;
    }
  | {
      readonly kind: 'refused';
      readonly incident: StoredIncident;
      readonly step: number;
      readonly action: Action;
      readonly why: string;
      readonly verdicts: readonly Verdict[];
      readonly page: boolean;
    }
  | { readonly kind: 'page'; readonly incident: StoredIncident; readonly why: string };

/** A step that may be carried out. */
export type Claim = Extract<Decision, { kind: 'claim' }>;
/** A step that the guards hold back. */
export type Refused = Extract<Decision, { kind: 'refused' }>;
