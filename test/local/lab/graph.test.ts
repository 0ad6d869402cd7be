import { describe, expect, it } from 'vitest';
import { rootOf, upstreamsOf } from '../../../lib/domain/decide/dependencies.js';
import { FAULTS, faultNamed, MISHAPS } from '../../../lib/local/lab/faults.js';
import { DEPENDS_ON, dependsOn, PLANS, SERVICES } from '../../../lib/local/lab/graph.js';
import { limitsOf } from '../../../lib/local/lab/limits.js';

describe('the graph', () => {
  it('has eight services, all reached from the edge, and no circle', () => {
    expect(SERVICES).toHaveLength(8);
    expect([...upstreamsOf('edge', DEPENDS_ON), 'edge'].sort()).toEqual([...SERVICES].sort());
    for (const service of SERVICES) {
      for (const upstream of upstreamsOf(service, DEPENDS_ON)) {
        expect(upstreamsOf(upstream, DEPENDS_ON)).not.toContain(service);
      }
    }
  });

  it('registers what is really called', () => {
    expect(dependsOn('api')).toEqual(['cart', 'stock', 'mail']);
    expect(dependsOn('cache')).toEqual([]);
    expect(rootOf('edge', DEPENDS_ON, new Set(['web', 'api', 'db-proxy']))).toBe('db-proxy');
  });

  it('waits for nothing that mail does', () => {
    const kinds = PLANS.api.calls.filter(({ to }) => to === 'mail').map(({ kind }) => kind);
    expect(kinds).toEqual(['told']);
  });
});

describe('limitsOf', () => {
  it('states the processor in percent of the machine, as agents measure it', () => {
    expect(limitsOf('cart', 2)['cpu_usage']?.fail).toBeCloseTo(15);
    expect(limitsOf('cart', 4)['cpu_usage']?.fail).toBeCloseTo(7.5);
  });

  it('puts the warning below the failure', () => {
    for (const service of SERVICES) {
      for (const { warn = 0, fail = Number.POSITIVE_INFINITY } of Object.values(
        limitsOf(service, 2),
      )) {
        expect(warn).toBeLessThan(fail);
      }
    }
  });
});

describe('the faults', () => {
  it('are at least a dozen, each with a name of its own', () => {
    expect(FAULTS.length).toBeGreaterThanOrEqual(12);
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  });

  it('use every mishap once', () => {
    const used = FAULTS.flatMap(({ injection }) =>
      injection.kind === 'mishap' ? [injection.mishap] : [],
    );
    expect(used.sort()).toEqual([...MISHAPS].sort());
  });

  it('never follow one of the same component, whose blame and cool-downs would reach into the next', () => {
    FAULTS.slice(1).forEach(({ truth }, i) => {
      expect(truth.service).not.toBe(FAULTS[i]?.truth.service);
    });
  });

  it('are found by name, and others are refused with the names there are', () => {
    expect(faultNamed('mail-down').truth.service).toBe('mail');
    expect(() => faultNamed('fire')).toThrow(/no fault fire; there are .*mail-down/);
  });
});
