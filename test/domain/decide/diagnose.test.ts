import { describe, expect, it } from 'vitest';
import type { Evidence, Reason } from '../../../lib/domain/assessment.js';
import { diagnose as causesOf, type DiagnoseInput } from '../../../lib/domain/decide/diagnose.js';
import { ago, healthy, leaking, quiet, settings, windowOf } from './build.js';

const flat = (length: number, value: number) => Array.from({ length }, () => value);
const EMPTY = windowOf({});
const RISING = [...flat(15, 50), ...flat(5, 60)];
const STEPPED_ERRORS = windowOf({ error_rate: [...flat(30, 0.01), ...flat(10, 0.3)] });
const FAILING = healthy({
  state: 'failing',
  breaching: ['error_rate'],
  metrics: { error_rate: 0.3 },
});

function evidence(reason: Reason, metric: string): Evidence {
  const text = `${metric} heads for its limit`;
  const crossesAt = { low: null, likely: null, high: null };
  return { reason, metric, instance: null, now: 90, limit: 97, slopePerHour: 9, crossesAt, text };
}

function predicting(
  reason: Reason,
  metric: string,
  level: 'critical' | 'medium' | null = 'critical',
) {
  const found = [evidence(reason, metric)];
  return healthy({ prediction: quiet({ level, reasons: [reason], evidence: found }) });
}

function input(changes: Partial<DiagnoseInput> = {}): DiagnoseInput {
  return {
    assessment: healthy(),
    window: EMPTY,
    limits: {},
    recentDeployment: null,
    failedProbes: 0,
    upstreamBad: null,
    provider: { kind: 'well', why: 'no status page is followed' },
    standby: null,
    settings: settings(),
    ...changes,
  };
}

/** What the plan is made for. */
function diagnose(given: DiagnoseInput) {
  const [{ situation, cause }] = causesOf(given);
  return { situation, cause };
}

const deployed = (minutesAgo: number, kind: 'deployment' | 'config' = 'deployment') => ({
  id: 'd-1',
  version: 'v7',
  finishedAt: ago(minutesAgo * 60 - 30),
  kind,
});

describe('diagnose', () => {
  it('is unknown when nothing fits, naming what is troubled', () => {
    expect(diagnose(input())).toEqual({
      situation: 'unknown',
      cause: 'no known pattern; troubled: nothing that is measured',
    });
    const disk = predicting('Disk trending to exhaustion', 'disk_usage');
    expect(diagnose(input({ assessment: disk })).cause).toContain('disk_usage');
  });

  it('blames an upstream before anything else', () => {
    const all = input({
      upstreamBad: 'billing',
      failedProbes: 9,
      standby: 'eu',
      assessment: healthy({ prediction: leaking() }),
    });
    expect(diagnose(all)).toEqual({
      situation: 'upstream',
      cause: 'it depends on billing, which is failing',
    });
  });

  it('ranks what else may be behind it by its evidence, each once', () => {
    const all = input({
      upstreamBad: 'billing',
      failedProbes: 9,
      standby: 'eu',
      assessment: healthy({ prediction: leaking({ level: 'high' }) }),
    });
    expect(causesOf(all)).toEqual([
      expect.objectContaining({ situation: 'upstream', confidence: 'strong' }),
      expect.objectContaining({ situation: 'down', confidence: 'strong' }),
      expect.objectContaining({ situation: 'leak', confidence: 'fair' }),
    ]);
  });

  it.each([
    { minutesAgo: 10, confidence: 'strong' },
    { minutesAgo: 25, confidence: 'fair' },
  ])(
    'is the surer of a regression the sooner it came: $confidence',
    ({ minutesAgo, confidence }) => {
      const y = [...flat(30, 0.01), ...flat(minutesAgo - 10, 0.01), ...flat(10, 0.3)];
      const [first] = causesOf(
        input({
          assessment: FAILING,
          window: windowOf({ error_rate: y }),
          recentDeployment: deployed(minutesAgo),
        }),
      );
      expect(first).toMatchObject({ situation: 'deployment_regression', confidence });
    },
  );

  describe('of a component that is down', () => {
    it.each([
      { failedProbes: 2, situation: 'unknown' },
      { failedProbes: 3, situation: 'down' },
      { failedProbes: 4, situation: 'down' },
    ])('is $situation after $failedProbes failed probes', ({ failedProbes, situation }) => {
      for (const standby of [null, 'eu']) {
        expect(diagnose(input({ failedProbes, standby })).situation).toBe(situation);
      }
    });

    it('prefers a standby to a rollback, and a rollback to nothing', () => {
      const broken = input({
        failedProbes: 3,
        assessment: FAILING,
        window: STEPPED_ERRORS,
        recentDeployment: deployed(10),
      });
      expect(diagnose(broken).situation).toBe('deployment_regression');
      expect(diagnose({ ...broken, standby: 'eu' }).situation).toBe('down');
    });
  });

  describe('after a deployment', () => {
    const regressed = (changes: Partial<DiagnoseInput> = {}) =>
      input({
        assessment: FAILING,
        window: STEPPED_ERRORS,
        recentDeployment: deployed(10),
        ...changes,
      });

    it('blames it for errors that stepped up, with the numbers', () => {
      expect(diagnose(regressed())).toEqual({
        situation: 'deployment_regression',
        cause: 'error_rate stepped up from 1.0% to 30.0%, 30 s after the deployment of v7',
      });
    });

    it('tells a change of configuration from a deployment', () => {
      const diagnosis = diagnose(regressed({ recentDeployment: deployed(10, 'config') }));
      expect(diagnosis.situation).toBe('config_regression');
      expect(diagnosis.cause).toContain('the config of v7');
    });

    it('blames it for latency that stepped up far enough to matter', () => {
      const window = windowOf({ latency_ms: [...flat(30, 900), ...flat(10, 6000)] });
      const assessment = healthy({ state: 'failing', breaching: ['latency_ms'] });
      expect(diagnose(regressed({ window, assessment })).situation).toBe('deployment_regression');
    });

    it('blames it for the latency where the errors changed too little', () => {
      const window = windowOf({
        error_rate: [...flat(30, 0.28), ...flat(10, 0.3)],
        latency_ms: [...flat(30, 900), ...flat(10, 6000)],
      });
      expect(diagnose(regressed({ window })).cause).toContain('latency_ms stepped up');
    });

    it.each([
      { now: 299, blames: false },
      { now: 300, blames: true },
    ])(
      'takes 200 ms to $now ms for a step that matters when latency is in trouble: $blames',
      (row) => {
        const window = windowOf({ latency_ms: [...flat(30, 200), ...flat(10, row.now)] });
        const assessment = predicting('Latency degrading', 'latency_ms');
        const { situation } = diagnose(regressed({ window, assessment }));
        expect(situation === 'deployment_regression').toBe(row.blames);
      },
    );

    it.each([
      { before: 0.25, now: 0.5, blames: true },
      { before: 0.26, now: 0.5, blames: false },
      { before: 0.1, now: 0.49, blames: false },
    ])('blames it for errors from $before to $now of a limit of 0.5: $blames', (row) => {
      const window = windowOf({ error_rate: [...flat(30, row.before), ...flat(10, row.now)] });
      const assessment = healthy({ state: 'failing', breaching: ['cpu_usage'] });
      const limits = { error_rate: { warn: 0.5 } };
      const { situation } = diagnose(regressed({ window, assessment, limits }));
      expect(situation === 'deployment_regression').toBe(row.blames);
    });

    it('takes a rise of less than half the limit for none', () => {
      const window = windowOf({ error_rate: [...flat(30, 0.01), ...flat(10, 0.03)] });
      expect(diagnose(regressed({ window })).situation).toBe('unknown');
    });

    it.each([
      { deploymentBlameS: 29, blames: false },
      { deploymentBlameS: 30, blames: true },
    ])('blames it for a step 30 s later within $deploymentBlameS s: $blames', (row) => {
      const from = settings({ deploymentBlameS: row.deploymentBlameS });
      const { situation } = diagnose(regressed({ settings: from }));
      expect(situation === 'deployment_regression').toBe(row.blames);
    });

    it.each([
      { later: 0, blames: true },
      { later: 19, blames: true },
      { later: 20, blames: false },
      { later: 25, blames: false },
    ])('blames it for a step $later points later: $blames', ({ later, blames }) => {
      const y = [...flat(30, 0.01), ...flat(later, 0.01), ...flat(10, 0.3)];
      const given = regressed({
        window: windowOf({ error_rate: y }),
        recentDeployment: deployed(10 + later),
        settings: settings({ deploymentBlameS: 20 * 60 }),
      });
      expect(diagnose(given).situation === 'deployment_regression').toBe(blames);
    });

    it.each([
      {
        what: 'the step came before it',
        changes: { recentDeployment: deployed(5) },
      },
      {
        what: 'nothing stepped up',
        changes: { window: windowOf({ error_rate: flat(40, 0.3) }) },
      },
      {
        what: 'the errors drifted up',
        changes: { window: windowOf({ error_rate: flat(40, 0).map((_, i) => i / 100) }) },
      },
      {
        what: 'there are no errors or latencies to look at',
        changes: { window: windowOf({ cpu_usage: [...flat(30, 20), ...flat(10, 99)] }) },
      },
      {
        what: 'what stepped up is far below its limit, and not what is troubled',
        changes: {
          assessment: healthy({ state: 'failing', breaching: ['cpu_usage'] }),
          window: windowOf({ error_rate: [...flat(30, 0), ...flat(10, 0.04)] }),
        },
      },
      {
        what: 'the step is too small to be the trouble',
        changes: { window: windowOf({ error_rate: [...flat(30, 0.28), ...flat(10, 0.3)] }) },
      },
      { what: 'none is known', changes: { recentDeployment: null } },
    ])('does not blame it when $what', ({ changes }) => {
      expect(diagnose(regressed(changes)).situation).not.toBe('deployment_regression');
    });

    it('follows the component’s own limits', () => {
      const window = windowOf({ error_rate: [...flat(30, 0), ...flat(10, 0.04)] });
      const assessment = healthy({ state: 'failing', breaching: ['cpu_usage'] });
      const strict = regressed({ window, assessment, limits: { error_rate: { warn: 0.03 } } });
      expect(diagnose(strict).situation).toBe('deployment_regression');
    });
  });

  describe('of a database', () => {
    it.each(['db_connections_usage', 'database_usage', 'pool_usage', 'http_connection_pool_usage'])(
      'sees %s breach',
      (metric) => {
        const assessment = healthy({
          state: 'failing',
          breaching: [metric],
          metrics: { [metric]: 100 },
        });
        expect(diagnose(input({ assessment }))).toEqual({
          situation: 'database',
          cause: `${metric} is at 100.0%, at or beyond its limit`,
        });
      },
    );

    it('sees connections run out', () => {
      const reason = 'Connections trending to exhaustion';
      const known = predicting(reason, 'db_connections_usage');
      const other = predicting(reason, 'pgbouncer_usage');
      for (const assessment of [known, other]) {
        const diagnosis = diagnose(input({ assessment }));
        expect(diagnosis.situation).toBe('database');
        expect(diagnosis.cause).toContain('heads for its limit');
      }
    });

    it('does not act on a prediction without a level', () => {
      const calm = predicting('Connections trending to exhaustion', 'db_connections_usage', null);
      expect(diagnose(input({ assessment: calm })).situation).toBe('unknown');
    });

    it('takes no thread pool for one', () => {
      const assessment = healthy({ state: 'failing', breaching: ['thread_pool_usage'] });
      expect(diagnose(input({ assessment })).situation).toBe('unknown');
    });
  });

  describe('of a leak', () => {
    it('believes the prediction', () => {
      expect(diagnose(input({ assessment: healthy({ prediction: leaking() }) }))).toEqual({
        situation: 'leak',
        cause: 'memory_usage is at 82 and rises by 37 an hour',
      });
    });

    it('does not act on the heuristic alone', () => {
      const heuristic = { detected: true, growthRatio: 0.9, upwardShare: 0.9, why: 'grew' };
      const assessment = healthy({ leak: heuristic });
      expect(diagnose(input({ assessment })).situation).toBe('unknown');
    });

    it('does not act on a leak without a level', () => {
      const assessment = healthy({ prediction: leaking({ level: null, probability: 0.05 }) });
      expect(diagnose(input({ assessment })).situation).toBe('unknown');
    });
  });

  describe('of saturation', () => {
    const cpu = healthy({ state: 'failing', breaching: ['cpu_usage'], metrics: { cpu_usage: 98 } });
    const memory = predicting('Memory trending to exhaustion', 'memory_usage');

    it.each([
      { what: 'a fifth more traffic', rate: RISING, situation: 'saturation_with_traffic' },
      {
        what: 'a little more traffic',
        rate: [...flat(15, 50), ...flat(5, 59.9)],
        situation: 'cpu_saturation',
      },
      { what: 'flat traffic', rate: flat(20, 50), situation: 'cpu_saturation' },
      { what: 'too few points', rate: [1, 2, 3], situation: 'cpu_saturation' },
    ])('is $situation of the CPU with $what', ({ rate, situation }) => {
      const window = windowOf({ request_rate: rate });
      expect(diagnose(input({ assessment: cpu, window })).situation).toBe(situation);
    });

    it('says where a metric stands that breaches, rather than where it heads', () => {
      const heading = predicting('CPU trending to exhaustion', 'cpu_usage');
      expect(diagnose(input({ assessment: heading })).cause).toContain('heads for its limit');
      const there = { ...heading, breaching: ['cpu_usage'], metrics: { cpu_usage: 98 } };
      expect(diagnose(input({ assessment: there })).cause).toContain('is at 98.0%');
    });

    it('is of the CPU alone when traffic is not reported', () => {
      expect(diagnose(input({ assessment: cpu }))).toEqual({
        situation: 'cpu_saturation',
        cause: 'cpu_usage is at 98.0%, at or beyond its limit; whether traffic rose is not known',
      });
    });

    it('is of memory with rising traffic only', () => {
      const window = windowOf({ request_rate: RISING });
      const diagnosis = diagnose(input({ assessment: memory, window }));
      expect(diagnosis.situation).toBe('saturation_with_traffic');
      expect(diagnosis.cause).toContain('traffic changed by 20 %');
      expect(diagnose(input({ assessment: memory })).situation).toBe('unknown');
    });
  });
});
