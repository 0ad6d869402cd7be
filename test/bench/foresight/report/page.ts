import { HORIZONS_H } from '../../../../lib/domain/judge/foretold.js';
import { nameOf } from '../jobs.js';
import { examplePlot } from './example-plot.js';
import { bars, kinds, summary, timeErrors } from './figure-tables.js';
import { leadHistogram } from './lead-histogram.js';
import { type Child, element, type Markup, raw } from './markup.js';
import { reliability } from './reliability.js';
import { inDetail, type Report } from './report.js';
import { STYLE } from './style.js';

const section = (title: string, about: string, ...children: Child[]): Markup =>
  element('section', {}, element('h2', {}, title), element('p', {}, about), ...children);

const small = (drawn: Markup, caption: string): Markup =>
  element('figure', { class: 'small' }, drawn, element('figcaption', {}, caption));

function plots({ totals, method }: Report): Markup {
  const tallies = inDetail(totals, method)?.tallies[method] ?? [];
  const of = (h: number): string => `within ${HORIZONS_H[h]} h`;
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'row' },
      tallies.map((tally, h) =>
        small(
          reliability(tally, HORIZONS_H[h] ?? 0),
          `Reliability, ${of(h)}: ${tally.ticks.toLocaleString('en')} ticks`,
        ),
      ),
    ),
    element('p', {}, ' '),
    element(
      'div',
      { class: 'row' },
      tallies.map(({ leads }, h) =>
        small(
          leadHistogram(leads, HORIZONS_H[h] ?? 0),
          `Lead, ${of(h)}: ${leads.length} true alarms`,
        ),
      ),
    ),
  );
}

const TITLES = {
  seen: 'Failures that were seen coming',
  missed: 'Failures that were missed at 1 h',
  'false alarm': 'The worst false alarms',
} as const;

function examples({ examples: shown }: Report): Markup[] {
  const whys = Object.keys(TITLES) as (keyof typeof TITLES)[];
  return whys.flatMap((why) => {
    const own = shown.filter((example) => example.why === why);
    if (own.length === 0) return [];
    const figures = own.map((example) =>
      element(
        'figure',
        { class: 'wide' },
        element(
          'figcaption',
          {},
          element('b', {}, nameOf(example.job)),
          `, seed ${example.job.seed}${why === 'false alarm' ? `, within ${HORIZONS_H[example.h]} h` : ''}`,
        ),
        examplePlot(example),
      ),
    );
    return [element('h3', {}, TITLES[why]), element('div', { class: 'row' }, figures)];
  });
}

/** One page with everything, that needs nothing else: no network, no script. */
export function page(report: Report): string {
  const { seed, command, method } = report;
  const body = element(
    'body',
    {},
    element('h1', {}, 'How well are failures predicted?'),
    element('p', {}, `Seed ${seed}. The same figures again: `, element('code', {}, command)),
    section(
      'Figures',
      'Alarms are ticks at a probability of one half or more, joined over half an hour. True: active within the horizon before the failure, begun at least five minutes and at most four horizons before it. Early and false alarms count against precision; the weeks are those in which nothing was wrong.',
      report.totals.map(summary),
      bars(report),
    ),
    section(
      'By kind',
      'Of how many failures a true alarm told, and how often an alarm came while nothing was wrong.',
      kinds(report, ['fault'], `${method}: faults`),
      kinds(report, ['negative'], `${method}: what only looks like a fault`),
      kinds(report, ['background'], `${method}: real backgrounds as they are`),
      kinds(report, ['injected'], `${method}: faults put into real backgrounds`),
      timeErrors(report),
    ),
    section(
      'Calibration and lead',
      'On the dashed line a probability means what it says; a larger dot is of more ticks.',
      plots(report),
    ),
    section(
      'Examples',
      'The two metrics nearest to their limits, as shares of them; what was told; and the alarms, with what they turned out to be.',
      ...examples(report),
    ),
  );
  const head = element(
    'head',
    {},
    raw(
      '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    ),
    element('title', {}, `Foresight, seed ${seed}`),
    element('style', {}, raw(STYLE)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).markup}\n`;
}
