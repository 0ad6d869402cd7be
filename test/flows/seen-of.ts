import { type Memory, NO_MEMORY } from '../../lib/domain/decide/memory.js';
import { NO_PAST } from '../../lib/domain/past/past.js';
import type { Seen } from '../../lib/flows/seen.js';
import { ago, goodEvidence, healthy, windowOf } from '../domain/decide/build.js';

/** A healthy component called shop, as a sweep has seen it, but for some changes. */
export function seenOf(
  componentId: number,
  memory: Partial<Memory>,
  changes: Partial<Seen> = {},
): Seen {
  const config = { platform: { type: 'none' as const }, mode: 'auto' as const, modes: {} };
  return {
    window: windowOf({ cpu_usage: [20, 20, 20] }),
    limits: {},
    past: NO_PAST,
    assessment: healthy(),
    watched: {
      component: {
        ...config,
        id: componentId,
        name: 'shop',
        createdAt: ago(86_400),
        database: null,
        limits: {},
        scale: null,
        depends_on: [],
        standby: null,
        providers: [],
        group: null,
        health_url: null,
        refs: [],
        labels: {},
      },
      samples: [],
      memory: NO_MEMORY,
      past: NO_PAST,
      firstSampleAt: null,
      lastSampleAt: null,
      checkedHour: null,
      resetAt: null,
      agentPresent: false,
      instances: null,
      lastScore: null,
      lastLevel: null,
      lastState: null,
    },
    memory: { ...NO_MEMORY, state: 'healthy', ...memory },
    evidence: goodEvidence(),
    incident: null,
    deployment: null,
    alerts: [],
    upstreamBad: null,
    provider: { kind: 'well', why: 'no status page is followed' },
    ...changes,
  };
}
