import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import type { BrainRow } from '../store/brain.js';
import type { HealthRow } from '../store/health.js';
import type { Seen } from './seen.js';

/** Points of the score from which a change is material: below that it is noise. */
const MATERIAL_POINTS = 10;

/** What `ai_proactive_health` says of a component. */
export function healthRow({ assessment }: Pick<Seen, 'assessment'>): HealthRow {
  const { component, score, trend, prediction, metrics, warnings, state, asOf } = assessment;
  const inS = prediction.timeToFailureS?.likely ?? null;
  return {
    component,
    score,
    trend,
    predictedFailureAt: inS === null ? null : new Date(asOf.getTime() + inS * SECOND),
    probability: prediction.probability,
    metrics,
    warnings,
    state,
    reasons: prediction.reasons,
  };
}

/** Whether a component's health has changed so much that history should hold it. */
export function isMaterial({ assessment, watched }: Pick<Seen, 'assessment' | 'watched'>): boolean {
  const { score, state, prediction } = assessment;
  if (watched.lastState === null) return true;
  if (state !== watched.lastState || prediction.level !== watched.lastLevel) return true;
  if (score === null || watched.lastScore === null) return score !== watched.lastScore;
  return Math.abs(score - watched.lastScore) >= MATERIAL_POINTS;
}

/** One `proactive_health_check`, as the document's third query reads it. */
export function checkRow({ assessment }: Pick<Seen, 'assessment'>, eventKey: string): BrainRow {
  const { component, score, trend, warnings, prediction, state, metrics } = assessment;
  return {
    agent: 'self_healing_system',
    actionType: 'proactive_health_check',
    component,
    input: { metrics },
    output: {
      health_score: score,
      trend,
      state,
      warnings,
      failure_probability: prediction.probability,
      horizons: prediction.horizons,
      reasons: prediction.reasons,
      evidence: prediction.evidence.map(({ text }) => text),
      anomalies: (assessment.anomalies ?? []).map(({ text }) => text),
    },
    success: true,
    eventKey,
  };
}

/** What broke its record since the last look: one row for each, however often it is told. */
export function anomalyRows({
  assessment,
  watched,
}: Pick<Seen, 'assessment' | 'watched'>): BrainRow[] {
  return (assessment.anomalies ?? []).flatMap(
    ({ metric, firedAt, score, detector, text, value }) =>
      firedAt === null || watched.memory.anomalies?.[metric]?.fired?.at === firedAt
        ? []
        : [
            {
              agent: 'self_healing_system',
              actionType: 'anomaly_detected',
              component: assessment.component,
              input: { metric, value },
              output: { score, detector, text },
              success: true,
              eventKey: `anomaly:${watched.component.id}:${metric}:${firedAt}`,
            },
          ],
  );
}

/** Tell a person that a component that used to send has fallen silent; once per silence. */
export function unknownRow(
  { assessment, memory, watched, window }: Seen,
  settings: Settings,
  now: Date,
): BrainRow | null {
  const { unknownSince, told } = memory;
  if (unknownSince === null || window.lastAt === null || told.includes('unknown')) return null;
  if (now.getTime() - unknownSince < settings.unknownTellS * SECOND) return null;
  return {
    agent: 'enhanced_self_healing',
    actionType: 'escalation',
    component: watched.component.name,
    input: { why: `no samples since ${window.lastAt.toISOString()}: its state is unknown` },
    output: { needs_person: true, state: assessment.state },
    success: true,
    eventKey: `unknown:${watched.component.id}:${unknownSince}`,
  };
}
