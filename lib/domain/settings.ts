import * as z from 'zod';

const seconds = z.number().min(0).max(31_536_000);
const count = z.number().int().min(0).max(1_000_000);
const ratio = z.number().min(0).max(1);

/**
 * Every duration, count and threshold that Forestall decides by.
 *
 * Durations are seconds and end in `S`; shares are ratios from 0 to 1. The defaults are those of
 * ARCHITECTURE.md ("Guards"); the demo runs the same code with shorter ones.
 */
export const Settings = z.strictObject({
  /** Time between two sweeps. */
  intervalS: seconds.min(1).default(60),
  /** `warn` limit of `cpu_usage`, percent. */
  cpuWarnPercent: z.number().positive().max(100).default(90),
  /** `warn` limit of `memory_usage`, percent. */
  memoryWarnPercent: z.number().positive().max(100).default(90),
  /** `warn` limit of `error_rate`, a ratio. */
  errorWarnRatio: z.number().positive().max(1).default(0.05),
  /** `warn` limit of `latency_ms`. */
  latencyWarnMs: z.number().positive().default(5000),
  /** Relative move of a metric from its baseline that makes the trend `declining`. */
  driftRatio: z.number().positive().default(0.2),
  /** Success ratio that a component must show for a recovery to count as verified. */
  successRatio: ratio.default(0.95),
  /** How far back an assessment looks. */
  windowS: seconds.min(10).default(6 * 3600),
  /** Most points of one component that an assessment reads. */
  windowPoints: count.min(10).default(240),
  /** Horizon of the level critical; high is 6 times, medium 24 times as long. */
  horizonS: seconds.min(1).default(3600),
  /** Probability from which a horizon's prediction gives its level. */
  raiseAt: ratio.default(0.5),
  /** Assessments below half of `raiseAt` that release a raised level. */
  releaseAfter: count.default(6),
  /** Assessments in a row that must agree before anything is done. */
  agreeing: count.min(1).default(3),
  /** Breaching samples, or failed probes, in a row that open an incident. */
  breachesToOpen: count.min(1).default(3),
  /** Good assessments in a row that close an incident. */
  goodToClose: count.min(1).default(5),
  /** Share of the samples expected in the evidence window that must be there. */
  freshShare: ratio.default(0.8),
  /** Age of the newest sample, in intervals of the component, beyond which its state is unknown. */
  freshIntervals: count.min(1).default(2),
  /** Silence after which a person is told that a component's state is unknown. */
  unknownTellS: seconds.default(300),
  /** Requests in the window below which an error ratio proves nothing. */
  minRequests: count.default(20),
  /** History that a component needs before anything is done to it automatically. */
  minHistoryS: seconds.default(86_400),
  /** Cool-down of one component between two restarts. */
  restartCooldownS: seconds.default(600),
  /** Cool-down between two scalings. */
  scaleCooldownS: seconds.default(300),
  /** Cool-down between two rollbacks. */
  rollbackCooldownS: seconds.default(1800),
  /** Cool-down between two memory clean-ups, or two database recoveries. */
  cleanupCooldownS: seconds.default(300),
  /** Cool-down between two failovers. */
  failoverCooldownS: seconds.default(3600),
  /** Restarts of one component in an hour, at most. */
  restartsPerHour: count.default(3),
  /** Rollbacks within one incident, at most. */
  rollbacksPerIncident: count.default(1),
  /** Automatic actions of the installation in an hour: the larger of this and `actionsPerHourShare`. */
  actionsPerHour: count.default(5),
  /** Automatic actions of the installation in an hour, as a share of its components. */
  actionsPerHourShare: ratio.default(0.1),
  /** The daily limit as a multiple of the hourly one. */
  actionsPerDayFactor: count.default(4),
  /** Components in recovery at once: the larger of 1 and this share. */
  recoveryShare: ratio.default(0.2),
  /** Healthy components that feel automatic interruptions in an hour: the larger of this and `reachShare`. */
  reachMin: count.default(10),
  /** Healthy components that feel automatic interruptions in an hour, as a share of all. */
  reachShare: ratio.default(0.2),
  /** Share of components bad at once from which automatic action stops. */
  stormShare: ratio.default(0.4),
  /** Fewest bad components that can make a storm. */
  stormMin: count.default(3),
  /** Time below the storm limit after which automatic action goes on. */
  stormCalmS: seconds.default(600),
  /** How much later than what it causes a bad dependency may be seen. */
  upstreamLagS: seconds.default(300),
  /**
   * Time after the end of a dependency's incident in which what depends on it is left alone: what was seen of it until
   * then is no evidence of a fault of its own.
   */
  upstreamSettleS: seconds.max(3600).default(180),
  /** How often the status page of a provider is read while something that stands on it is in trouble. */
  providerFeedS: seconds.default(60),
  /** Age from which what a status page said counts no more. */
  providerStaleS: seconds.default(600),
  /** Components on one platform that must begin to fail within `providerTogetherS` for it to be suspected. */
  providerTogetherMin: count.min(2).default(3),
  /** The share of its components that they must be. */
  providerTogetherShare: ratio.default(0.5),
  providerTogetherS: seconds.default(900),
  /** Failures of one action on one component in `breakerWindowS` that open its breaker. */
  breakerFailures: count.min(1).default(3),
  breakerWindowS: seconds.default(3600),
  /** How long an open breaker asks a person instead of acting. */
  breakerOpenS: seconds.default(1800),
  /** Changes of state within `flapWindowS` that freeze a component. */
  flapChanges: count.min(1).default(3),
  flapWindowS: seconds.default(900),
  /** How long a deployment in progress keeps a component from being healed. */
  deploymentFreezeS: seconds.default(1800),
  /** How long after a deployment a step up in errors or latency is blamed on it. */
  deploymentBlameS: seconds.default(3600),
  /** Settling time before a clean-up, or a database recovery, is verified. */
  settleCleanupS: seconds.default(60),
  settleRestartS: seconds.default(120),
  settleRollbackS: seconds.default(300),
  settleScaleS: seconds.default(180),
  settleFailoverS: seconds.default(180),
  /** Fresh samples that a verification needs. */
  verifySamples: count.min(1).default(3),
  /** How long after its settling time a verification waits for samples before it fails. */
  verifyPatienceS: seconds.default(600),
  /**
   * How long after its settling time an action may still be under way, a rollout or a workflow, before it
   * counts as failed. Ended too early, the next step would begin beside it.
   */
  executorPatienceS: seconds.default(3600),
  /** How long the claim of a recovery, or of a message to people, lasts; longer than a function may run. */
  claimS: seconds.min(1).default(90),
  /** Attempts of one recovery, at most: the first and five retries. */
  attempts: count.min(1).max(6).default(6),
  /** How long an agent has to fetch a command. */
  commandS: seconds.min(1).default(60),
  /** Deadline of an approval when nothing nearer is predicted. */
  approvalS: seconds.min(1).default(86_400),
  /** How long an incident lasts before people are told of it, unless it is critical or asks for a yes. */
  noticeFirstS: seconds.default(30),
  /** Time between two changes of one message. */
  noticeChangeS: seconds.default(300),
  /** Time after which people are told again of what is still open. */
  noticeRepeatS: seconds.min(60).default(14_400),
  /** How long a person puts off the next repeat, from when it would be due. */
  noticeSnoozeS: seconds.default(14_400),
  /** New messages of one channel within `noticeChangeS`; what is more shares one message. */
  noticeBurst: count.min(1).default(10),
  /** New messages of one channel within a day; what is more shares one message. */
  noticeDaily: count.min(1).default(50),
  /** Of these, messages about one component. */
  noticeDailyComponent: count.min(1).default(6),
  /** A database's session that is idle in a transaction for longer is ended by `reset_database`. */
  sessionInTransactionS: seconds.min(1).default(60),
  /** One that waits longer for a lock is ended, where no open transaction was. */
  sessionLockWaitS: seconds.min(1).default(600),
  /** One whose statement runs longer is ended; 0 lets every statement run. */
  sessionActiveS: seconds.default(0),
  /** One that is idle for longer is ended while the server is crowded. */
  sessionIdleS: seconds.min(1).default(600),
  /** Share of `max_connections` in use from which a server is crowded. */
  sessionCrowdedShare: ratio.default(0.8),
  /** How often, at most, a platform is asked what is live of one component, for the ledger of known states. */
  ledgerEveryS: seconds.min(1).default(300),
  /** Healthy minutes from which a state is proven, if no incident was blamed on it. */
  provenMinutes: z.number().min(0).max(1_000_000).default(60),
  /**
   * Share of the load now from which a healthy minute was one at comparable load; 0.7 at most, since loads are kept by
   * bands that hide 41 % (`lib/domain/decide/comparable-load.ts`): one just like now's would not count above.
   */
  comparableLoadShare: ratio.max(0.7).default(0.5),
  /** How often, at most, the schema of a component's database is looked at while nothing is rolled back. */
  schemaEveryS: seconds.min(1).default(3600),
  /** Components that ingest may register by itself, at most. */
  maxComponents: count.default(10_000),
  /** Components that one invocation of the sweep assesses. */
  shardSize: count.min(1).default(500),
  /** How long the lease of a shard lasts. */
  leaseS: seconds.min(1).default(120),
  /** Raw samples are kept for this long. */
  sampleRetentionS: seconds.default(7 * 86_400),
  /** Share of the quiet assessments that are kept, to learn from what came of them. */
  quietShare: ratio.default(1 / 200),
  /** How far back outcomes are learned from; the older a habit, the less it says. */
  learnWindowS: seconds.default(60 * 86_400),
  /** Share of the outcomes, by time and by component, that a new calibration is checked on. */
  heldOutShare: ratio.max(0.5).default(0.25),
  /** Predictions and their outcomes are kept for this long. */
  predictionRetentionS: seconds.default(90 * 86_400),
});

/** {@link Settings}, as read. */
export type Settings = z.infer<typeof Settings>;

/** The settings of a new installation. */
export const DEFAULT_SETTINGS: Settings = Settings.parse({});
