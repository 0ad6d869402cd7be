import type { Trouble } from './trouble.js';

/** A time that a maintenance window is open: instants, and what the clock of its zone shows then. */
export interface OpeningAnswer {
  readonly from: string;
  /** `2026-12-24 18:00`. */
  readonly from_local: string;
  /** Null for one that never closes. */
  readonly until: string | null;
  readonly until_local: string | null;
}

/** One of `GET /api/admin/maintenance-windows`. */
export interface WindowAnswer {
  readonly name: string;
  readonly component: string | null;
  readonly group: string | null;
  readonly all: boolean;
  readonly zone: string;
  readonly mute: boolean;
  readonly why: string;
  /** Null while it is closed, and where nobody can tell. */
  readonly open: OpeningAnswer | null;
  readonly next: OpeningAnswer | null;
  /** Null where there is none. */
  readonly trouble: string | null;
  /** Components that it covers now. */
  readonly covered: number;
  readonly created_by: string;
}

/** One of `GET /api/admin/freezes`: those in force, and those to come. */
export interface FreezeAnswer {
  /** Null for all components. */
  readonly component: string | null;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly why: string;
  readonly created_by: string;
}

/** When a rule matches: all that it says must hold, of a list one is enough. */
export interface ConditionAnswer {
  readonly all?: boolean;
  readonly components?: readonly string[];
  readonly groups?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly platforms?: readonly string[];
  readonly situations?: readonly string[];
  readonly causes?: readonly string[];
  readonly levels?: readonly string[];
  readonly metrics?: readonly {
    readonly metric: string;
    readonly above?: number;
    readonly below?: number;
  }[];
  readonly time?: {
    readonly zone: string;
    readonly days?: readonly string[];
    readonly from: string;
    readonly to: string;
  };
}

/** One step of a rule's plan. */
export interface StepAnswer {
  readonly name: string;
  readonly instance?: string;
  readonly rollback_type?: string;
  readonly to?: string | number;
}

/** What holds where a rule matches. */
export interface EffectAnswer {
  readonly plan?: readonly StepAnswer[];
  readonly mode?: string;
  readonly raise_mode?: boolean;
  readonly limits?: {
    readonly restarts_per_hour?: number;
    readonly rollbacks_per_incident?: number;
    readonly cooldown_s?: number;
  };
}

/** One of `GET /api/admin/rules`, in the order in which they are asked. */
export interface RuleAnswer {
  readonly name: string;
  readonly enabled: boolean;
  readonly priority: number;
  /** Null for one that cannot be read, as are its effect and its reason. */
  readonly when: ConditionAnswer | null;
  readonly then: EffectAnswer | null;
  readonly why: string | null;
  readonly trouble: string | null;
  readonly changed_by: string;
}

/** A list that only administrators may read, and that may fail by itself. */
export interface AdminList<T> {
  /** As last read; null where it never was, or may not be. */
  readonly items: readonly T[] | null;
  /** Why the last try failed; null where it did not. */
  readonly trouble: Trouble | null;
}

/** All that only administrators may read. */
export interface AdminAnswers {
  readonly windows: AdminList<WindowAnswer>;
  readonly freezes: AdminList<FreezeAnswer>;
  readonly rules: AdminList<RuleAnswer>;
}
