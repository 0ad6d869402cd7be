import type { Assessment } from '../assessment.js';
import type { Settings } from '../settings.js';
import type { Incident } from './incident.js';
import type { Memory } from './memory.js';
import { numberText } from './number-text.js';
import { levelRank, type Severity, severity } from './severity.js';

/** What an assessment means for a component's incident, and the sentence for its timeline. */
export type IncidentStep =
  | {
      readonly kind: 'open' | 'escalate';
      readonly incidentKind: Incident['kind'];
      readonly severity: Severity;
      readonly why: string;
    }
  | { readonly kind: 'close'; readonly why: string }
  | { readonly kind: 'keep' }
  | { readonly kind: 'none' };

/** What {@link incidentStep} looks at. */
export interface IncidentInput {
  readonly open: Incident | null;
  readonly assessment: Assessment;
  /** The memory after this assessment and its probe. */
  readonly memory: Memory;
  readonly settings: Settings;
}

interface Trouble {
  readonly kind: Incident['kind'];
  readonly severity: Severity;
  readonly why: string;
}

/**
 * Decide whether an incident opens, grows, closes or stays as it is.
 *
 * Failing (several samples, or several probes in a row) opens at once; a prediction opens at critical
 * or high when enough assessments agree, while medium only warns. A component whose state is unknown
 * neither opens nor closes anything, unless its probes found it down. An incident never shrinks: it
 * closes, after enough good assessments.
 */
export function incidentStep({ open, assessment, memory, settings }: IncidentInput): IncidentStep {
  const trouble = troubleNow(assessment, memory, settings);
  if (open === null) {
    return trouble === null ? { kind: 'none' } : opened('open', trouble);
  }
  if (trouble !== null) return worsened(open, trouble) ? grown(open, trouble) : { kind: 'keep' };
  const good = assessment.state !== 'unknown' && memory.failedProbes === 0;
  return good && memory.good >= settings.goodToClose
    ? { kind: 'close', why: `${memory.good} good assessments in a row` }
    : { kind: 'keep' };
}

function troubleNow(assessment: Assessment, memory: Memory, settings: Settings): Trouble | null {
  const probesFailed = memory.failedProbes >= settings.breachesToOpen;
  const { state } = assessment;
  if (state === 'unknown' && !probesFailed) return null;
  const urgency = severity({ state, level: memory.raised, probesFailed });
  if (urgency === null) return null;
  if (probesFailed) {
    const why = `${memory.failedProbes} probes in a row failed`;
    return { kind: 'failing', severity: urgency, why };
  }
  if (state === 'failing') {
    const what = assessment.breaching.join(', ') || 'its limits';
    const why = `${settings.breachesToOpen} samples in a row breach ${what}`;
    return { kind: 'failing', severity: urgency, why };
  }
  const agreed = urgency !== 'medium' && memory.bad >= settings.agreeing;
  return agreed
    ? { kind: 'predicted', severity: urgency, why: predictedText(assessment, memory) }
    : null;
}

function predictedText({ prediction }: Assessment, { bad, raised }: Memory): string {
  const why = `${bad} assessments agree on ${raised}, probability ${numberText(prediction.probability)}`;
  return prediction.reasons.length > 0 ? `${why}: ${prediction.reasons.join(', ')}` : why;
}

function opened(kind: 'open' | 'escalate', trouble: Trouble): IncidentStep {
  return { kind, incidentKind: trouble.kind, severity: trouble.severity, why: trouble.why };
}

function worsened(open: Incident, trouble: Trouble): boolean {
  const began = open.kind === 'predicted' && trouble.kind === 'failing';
  return began || levelRank(trouble.severity) > levelRank(open.severity);
}

/** What has failed stays `failing` for good, even when only a prediction makes it more severe. */
function grown(open: Incident, trouble: Trouble): IncidentStep {
  return opened('escalate', open.kind === 'failing' ? { ...trouble, kind: 'failing' } : trouble);
}
