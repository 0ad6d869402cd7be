/** What `GET /api/health?deep=1` answers, with 200 and with 503. */
export interface HealthAnswer {
  readonly ok: boolean;
  readonly database: Part;
  readonly queue: Part;
  /** Seconds; null before the first sweep, or while the database cannot be asked. */
  readonly last_sweep_age_s: number | null;
  readonly paused: boolean;
}

/** One part of the installation. */
export interface Part {
  readonly ok: boolean;
  readonly why?: string;
}

/** The newest assessment of a component. */
export interface AssessmentAnswer {
  /** 0–100; null without data. */
  readonly health_score: number | null;
  readonly state: string;
  readonly trend: string;
  readonly level: string | null;
  readonly warnings: readonly string[];
  readonly failure_prediction: {
    /** 0–1. */
    readonly probability: number;
    readonly time_to_failure: string | null;
    readonly reasons: readonly string[];
  };
  readonly evidence: readonly { readonly text: string }[];
}

/** Whether a component could be healed, when it was last looked at. */
export interface HealingAnswer {
  /** `yes`, `partly`, `no` or `unknown`. */
  readonly verdict: string;
  readonly checked_at: string;
  readonly actions: readonly {
    readonly action: string;
    readonly rollback_type?: string;
    /** `yes`, `no` or `unknown`. */
    readonly can: string;
    /** Null where it can be done. */
    readonly why: string | null;
  }[];
}

/** One of `GET /api/components`. */
export interface ComponentAnswer {
  readonly name: string;
  readonly mode: string;
  readonly platform: { readonly type: string } | null;
  /** The component that can take its place. */
  readonly standby: string | null;
  readonly agent_present: boolean;
  /** Null before the first sweep. */
  readonly assessment: AssessmentAnswer | null;
  readonly assessed_at: string | null;
  readonly incident_id: string | null;
  /** Null before the first look. */
  readonly can_be_healed: HealingAnswer | null;
}

/** One of `GET /api/incidents`. */
export interface IncidentAnswer {
  readonly id: string;
  readonly component: string;
  readonly kind: string;
  readonly severity: string;
  readonly cause: string;
  readonly plan: readonly {
    readonly action: string;
    readonly why: string;
    readonly next: boolean;
  }[];
  /** Index of the plan's present step. */
  readonly step: number;
  readonly needs_person: boolean;
  readonly held_back_by: readonly { readonly guard: string; readonly why: string }[];
  readonly opened_at: string;
  readonly predicted_failure_at: string | null;
}

/** What `GET /api/incidents/{id}` adds to an {@link IncidentAnswer}. */
export interface IncidentDetailAnswer {
  /** Oldest first. */
  readonly timeline: readonly {
    readonly at: string;
    readonly kind: string;
    readonly text: string;
    readonly who: string | null;
  }[];
  /** Oldest first. */
  readonly recoveries: readonly {
    readonly action: string;
    readonly state: string;
    readonly why: string;
    readonly error: string | null;
  }[];
}

/** One of the common causes that `GET /api/incidents` tells of: those that last. */
export interface CauseAnswer {
  readonly id: string;
  readonly group: string;
  readonly kind: string;
  readonly members: readonly string[];
  readonly text: string;
  readonly began_at: string;
}
