import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { noTally } from '../../lib/domain/judge/tally.js';
import { chooseExamples } from '../bench/foresight/choose-examples.js';
import { exampleOf } from '../bench/foresight/example.js';
import { simulatedJobs } from '../bench/foresight/jobs.js';
import { outcomeOf } from '../bench/foresight/outcome.js';
import { leadCounts, leadHistogram } from '../bench/foresight/report/lead-histogram.js';
import { element, escaped, raw } from '../bench/foresight/report/markup.js';
import { page } from '../bench/foresight/report/page.js';
import { reliability } from '../bench/foresight/report/reliability.js';
import type { Report } from '../bench/foresight/report/report.js';
import { hourTicks, linePath } from '../bench/foresight/report/scale.js';
import { thinned } from '../bench/foresight/report/thinned.js';
import { work } from '../bench/foresight/work.js';
import { CHROMIUM, openTab } from '../support/chromium.js';

describe('element', () => {
  it('escapes text and attributes, and leaves markup as it is', () => {
    const nasty = `<script>"&'</script>`;
    const { markup } = element('p', { title: nasty }, nasty, raw('<br>'), [element('b', {}, '<')]);
    expect(markup).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;">' +
        '&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;<br><b>&lt;</b></p>',
    );
    expect(escaped('a & b')).toBe('a &amp; b');
  });
});

describe('thinned', () => {
  const at = Array.from({ length: 10_000 }, (_, i) => i);

  it('keeps every extreme of a long series', () => {
    const y = at.map((i) => (i === 4321 ? 99 : i === 8765 ? -99 : i % 7));
    const points = thinned(at, y, 100);
    expect(points.length).toBeLessThanOrEqual(200);
    expect(points).toContainEqual([4321, 99]);
    expect(points).toContainEqual([8765, -99]);
    expect(points.map(([x]) => x)).toEqual(points.map(([x]) => x).toSorted((a, b) => a - b));
  });

  it('keeps a short one as it is', () => {
    expect(thinned([1, 2], [3, 4], 100)).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(thinned([], [], 100)).toEqual([]);
  });
});

describe('hourTicks', () => {
  it.each([
    { from: -3, to: 0, ticks: [-3, -2.5, -2, -1.5, -1, -0.5, 0] },
    { from: 0, to: 20, ticks: [0, 3, 6, 9, 12, 15, 18] },
  ])('reads well from $from to $to', ({ from, to, ticks }) => {
    expect(hourTicks(from, to).map((hours) => hours + 0)).toEqual(ticks);
  });
});

describe('linePath', () => {
  it('breaks where there is nothing', () => {
    const path = linePath([
      [0, 1],
      [1, 2],
      [2, Number.NaN],
      [3, 4],
    ]);
    expect(path).toBe('M0.0 1.0L1.0 2.0M3.0 4.0');
  });
});

describe('leadHistogram', () => {
  it('counts every lead once', () => {
    const leads = [5, 10, 11, 60, 61, 5760];
    expect(leadCounts(leads)).toEqual([2, 1, 0, 1, 1, 0, 0, 0, 1]);
    expect(leadHistogram(leads, 1).markup).toContain(
      '<title>Lead of true alarms within 1 h</title>',
    );
    expect(leadHistogram([], 1).markup).not.toContain('NaN');
  });
});

describe('reliability', () => {
  it('draws a point for each tenth that was told', () => {
    const tally = noTally();
    Object.assign(tally.bins[9] ?? {}, { ticks: 10, told: 9.5, real: 9 });
    Object.assign(tally.bins[0] ?? {}, { ticks: 90, told: 1, real: 0 });
    const { markup } = reliability(tally, 6);
    expect(markup.match(/<circle/g)).toHaveLength(2);
    expect(markup).toContain('told 95 %, came 90 %');
  });
});

const METHODS = ['static threshold'] as const;

/** A small world, reported whole; its seed is nasty. */
async function reported(): Promise<{ readonly report: Report; readonly html: string }> {
  const jobs = simulatedJobs('report', 2, 2).filter(({ kind }) =>
    ['linear leak', 'load growth', 'slow errors', 'steady high level', 'batch jobs'].includes(kind),
  );
  const results = await Promise.all(jobs.map((job) => work(job, METHODS)));
  const { found, totals, judged } = outcomeOf(jobs, results, METHODS);
  const examples = await Promise.all(
    chooseExamples(jobs, results).map((choice) => exampleOf(choice, METHODS[0])),
  );
  const report: Report = {
    seed: '<script>alert(1)</script>',
    command: 'npm run bench:foresight -- --seed "x"',
    method: METHODS[0],
    totals,
    found,
    bars: judged,
    examples,
  };
  return { report, html: page(report) };
}

describe('page', async () => {
  const { report, html } = await reported();

  it('is the same for the same world', async () => {
    expect((await reported()).html).toBe(html);
  });

  it('holds every part', () => {
    for (const part of ['Figures', 'By kind', 'Calibration and lead', 'Examples']) {
      expect(html).toContain(`<h2>${part}</h2>`);
    }
    for (const { kind } of report.found) expect(html).toContain(`>${kind}</th>`);
    expect(html.match(/<title>Reliability within/g)).toHaveLength(3);
    expect(html.match(/<title>Lead of true alarms/g)).toHaveLength(3);
    expect(html).toContain('against the bars');
    const whys = new Set(report.examples.map(({ why }) => why));
    expect([...whys].sort()).toEqual(['false alarm', 'missed', 'seen']);
    for (const { job, why } of report.examples) {
      expect(html).toContain(`<title>${job.kind}: ${why}</title>`);
    }
  });

  it('needs no script and no network, and lets nothing through unescaped', () => {
    expect(html).not.toMatch(/<script|https?:|url\(|@import|<link|<img/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('undefined');
  });

  it('can be read without seeing it: each drawing has a title and a description, each table a caption', () => {
    const drawings = html.match(/<svg/g)?.length ?? 0;
    expect(
      html.match(/<svg[^>]*role="img"[^>]*aria-label="[^"]+"[^>]*><title>[^<]+<\/title><desc>/g),
    ).toHaveLength(drawings);
    expect(html.match(/<caption>/g)).toHaveLength(html.match(/<table>/g)?.length ?? 0);
  });
});

describe.skipIf(!existsSync(CHROMIUM))(`page (needs ${CHROMIUM})`, () => {
  it('opens without a complaint, and only its tables scroll sideways', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    const file = join(folder, 'report.html');
    await writeFile(file, (await reported()).html);
    const tab = await openTab();
    try {
      for (const [width, dark] of [
        [1280, false],
        [420, true],
      ] as const) {
        await tab.resize(width, 800, dark);
        await tab.goTo(pathToFileURL(file).href);
        expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
          width,
        );
        expect(await tab.evaluate('document.querySelectorAll("svg").length')).toBeGreaterThan(6);
      }
      expect(tab.complaints).toEqual([]);
    } finally {
      await tab.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('exampleOf', () => {
  it('shows the alarm in question, and a failure at the end of what is shown', async () => {
    const { report } = await reported();
    for (const { why, run, from, to, story, traces } of report.examples) {
      expect(from).toBeLessThan(to);
      expect(traces.length).toBeGreaterThan(0);
      if (why === 'false alarm') expect(run?.from).toBeGreaterThanOrEqual(from);
      else expect(to).toBe(story.failedAt);
    }
  });
});
