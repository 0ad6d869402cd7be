import * as z from 'zod';
import { ActionName } from '../domain/decide/action.js';
import { RECOVERY_STATES } from '../domain/decide/recovery-states.js';
import { KeptPlanRule } from '../domain/decide/rules/plan-rule.js';
import { GROUPS } from '../domain/predict/group.js';
import { FreezeInForce } from './freezes-in-force.js';
import { PlatformFact, ProviderFact } from './provider-status.js';
import { Instant, MaybeInstant } from './rows.js';
import { StoredStandby } from './standbys.js';

const RecentRecovery = z.object({
  id: z.string(),
  componentId: z.number(),
  component: z.string(),
  group: z.string().nullable(),
  incidentId: z.string().nullable(),
  action: ActionName,
  origin: z.enum(['automatic', 'person', 'undo']),
  state: z.enum(RECOVERY_STATES),
  beganAt: Instant,
  /** When it was carried out; null when it never was. */
  actedAt: MaybeInstant,
  endedAt: MaybeInstant,
});

const IncidentFact = z.object({
  component: z.string(),
  since: Instant,
  isFailing: z.boolean(),
  isOwnChange: z.boolean(),
});

/** The facts of decisions, as one row. */
export const Facts = z.object({
  now: Instant,
  version: z.string(),
  paused: z.boolean(),
  pausedWhy: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  stormSince: MaybeInstant,
  calmSince: MaybeInstant,
  components: z.number(),
  bad: z.number(),
  /** The open incidents, as far as they tell what caused what. */
  openIncidents: z.array(IncidentFact),
  /** Those that have closed of late. */
  closedIncidents: z.array(IncidentFact.extend({ closedAt: Instant })),
  /**
   * What components depend on, and whose state is not known to be good; since when nothing was heard of it, where
   * it used to send.
   */
  unsureUpstreams: z.array(z.object({ name: z.string(), silentSince: MaybeInstant })),
  /** What the components depend on, of those that depend on anything. */
  dependencies: z.array(z.object({ name: z.string(), on: z.array(z.string()) })),
  /** The common causes that last. */
  commonCauses: z.array(
    z.object({
      group: z.string(),
      kind: z.enum(GROUPS),
      members: z.array(z.object({ componentId: z.number(), component: z.string() })),
      peers: z.number(),
    }),
  ),
  /** What is to take the place of components. */
  standbys: z.array(StoredStandby),
  /** What the status pages of providers said when they were last read. */
  providers: z.array(ProviderFact),
  /** Platforms with components that fail, those apart whose deployment is blamed. */
  platforms: z.array(PlatformFact),
  /** Ids of the open incidents that rest on a prediction alone. */
  predictedIncidents: z.array(z.string()),
  /** Ids of the versions of healing rules that are in force. */
  rules: z.array(z.string()),
  /** The healing rules that have a say in open incidents. */
  incidentRules: z.array(z.object({ incidentId: z.string(), rule: KeptPlanRule })),
  freezes: z.array(FreezeInForce),
  deployments: z.array(
    z.object({ componentId: z.number(), version: z.string(), startedAt: Instant }),
  ),
  recent: z.array(RecentRecovery),
});

/** A recovery of the last day, as the guards count it. */
export type RecentRecovery = z.infer<typeof RecentRecovery>;

/** What decisions rest on, read together at one instant of one decision version. */
export type DecisionFacts = z.infer<typeof Facts>;
