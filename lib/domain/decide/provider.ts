import type { Leaning } from '../provider-name.js';
import type { Settings } from '../settings.js';
import { durationText } from './duration-text.js';

/** What a status page says of all of a provider: Statuspage's words. */
export const INDICATORS = ['none', 'minor', 'major', 'critical', 'maintenance'] as const;
export type Indicator = (typeof INDICATORS)[number];

/** What it says of one part. */
export const PART_STATUSES = [
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
] as const;
export type PartStatus = (typeof PART_STATUSES)[number];

/** A provider's status page as it was last read. */
export interface PageStatus {
  readonly indicator: Indicator;
  /** The page's own sentence. */
  readonly description: string;
  readonly parts: readonly { readonly name: string; readonly status: PartStatus }[];
}

/** A provider that is followed, and what is known of it. */
export interface ProviderStatus {
  readonly provider: string;
  /** What the page said when it could last be read; null while it never could. */
  readonly page: PageStatus | null;
  /** When it could last be read. */
  readonly readAt: Date | null;
}

/**
 * How a component's providers fare, the worst of them:
 *
 * - `well`: their pages say so, or none is followed;
 * - `degraded`: slow, or only in parts;
 * - `unknown`: a page could not be read of late, or names no such part. That is not `well`;
 * - `out`: an outage, or several components on one platform that fail at once and have nothing else in common.
 */
export interface ProviderNow {
  readonly kind: 'well' | 'degraded' | 'unknown' | 'out';
  readonly why: string;
}

/** Components on one platform, and those of them that fail. */
export interface Platformed {
  readonly platform: string;
  readonly components: number;
  /** Those that fail and since when; without those whose own deployment is blamed. */
  readonly failing: readonly { readonly component: string; readonly since: Date }[];
}

const WORST: readonly ProviderNow['kind'][] = ['well', 'degraded', 'unknown', 'out'];

/** The worse of two; of two alike the first. */
export function worseOf(a: ProviderNow, b: ProviderNow): ProviderNow {
  return WORST.indexOf(b.kind) > WORST.indexOf(a.kind) ? b : a;
}

/** Where nothing is followed. */
export const NO_PROVIDER: ProviderNow = { kind: 'well', why: 'no status page is followed' };

/**
 * What status pages say of all that a component leans on.
 *
 * A provider that the component names itself is unknown until its page has been read; its platform counts
 * only where a page is followed.
 */
export function providerNow(
  leanings: readonly Leaning[],
  statuses: readonly ProviderStatus[],
  settings: Pick<Settings, 'providerStaleS'>,
  now: Date,
): ProviderNow {
  const all = leanings.flatMap((leaning): ProviderNow[] => {
    const status = statuses.find(({ provider }) => provider === leaning.provider);
    if (status === undefined && !leaning.named) return [];
    return [statusOf(leaning, status, settings, now)];
  });
  const [first = NO_PROVIDER, ...others] = all;
  return others.reduce(worseOf, first);
}

function statusOf(
  leaning: Leaning,
  status: ProviderStatus | undefined,
  { providerStaleS }: Pick<Settings, 'providerStaleS'>,
  now: Date,
): ProviderNow {
  const { provider } = leaning;
  if (status === undefined || status.page === null || status.readAt === null) {
    return { kind: 'unknown', why: `the status page of ${provider} has not been read` };
  }
  const ageS = (now.getTime() - status.readAt.getTime()) / 1000;
  if (!(ageS <= providerStaleS)) {
    const why = `the status page of ${provider} could last be read ${durationText(ageS)} ago`;
    return { kind: 'unknown', why };
  }
  return leaning.part === null
    ? wholeOf(provider, status.page)
    : partOf(provider, leaning.part, status.page);
}

const BY_INDICATOR: Readonly<Record<Indicator, ProviderNow['kind']>> = {
  none: 'well',
  minor: 'degraded',
  maintenance: 'degraded',
  major: 'out',
  critical: 'out',
};

function wholeOf(provider: string, { indicator, description }: PageStatus): ProviderNow {
  return { kind: BY_INDICATOR[indicator], why: `${provider} says: ${description}` };
}

const BY_PART: Readonly<Record<PartStatus, ProviderNow['kind']>> = {
  operational: 'well',
  degraded_performance: 'degraded',
  under_maintenance: 'out',
  partial_outage: 'out',
  major_outage: 'out',
};

/** Whether a name holds some words whole, however they are written: `EU` is in `EU West`, not in `Build Queue`. */
function holdsWords(name: string, wanted: string): boolean {
  const words = (text: string): string =>
    ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `;
  return words(name).includes(words(wanted));
}

function partOf(provider: string, part: string, { parts }: PageStatus): ProviderNow {
  const found = parts.filter(({ name }) => holdsWords(name, part));
  if (found.length === 0) {
    return { kind: 'unknown', why: `the status page of ${provider} names no part ${part}` };
  }
  return found
    .map(({ name, status }): ProviderNow => {
      const why = `${provider} says of ${name}: ${status.replaceAll('_', ' ')}`;
      return { kind: BY_PART[status], why };
    })
    .reduce(worseOf);
}

type Together = Pick<
  Settings,
  'providerTogetherMin' | 'providerTogetherShare' | 'providerTogetherS'
>;

/** Names that a sentence holds; more are counted. */
const NAMED = 5;

/**
 * Whether so many components of one platform began to fail within `providerTogetherS` of one another that the
 * platform itself must be suspected, before its page says so; for as long as so many of those still fail.
 *
 * @param platform - the provider whose it is, by which `platformed` is told apart, too
 * @param independent - which of some failing components have no failing one that they depend on
 */
export function togetherNow(
  platform: string,
  platformed: readonly Platformed[],
  settings: Together,
  independent: (failing: readonly string[]) => readonly string[],
): ProviderNow | null {
  const one = platformed.find((each) => each.platform === platform);
  if (one === undefined) return null;
  const { providerTogetherMin, providerTogetherShare, providerTogetherS } = settings;
  const fresh = togetherIn(one.failing, providerTogetherS);
  const isMany = (count: number): boolean =>
    count >= providerTogetherMin && count >= providerTogetherShare * one.components;
  // Each decision of a round asks: what depends on what is worked out only where it can matter.
  if (!isMany(fresh.length)) return null;
  const alone = independent(fresh.map(({ component }) => component));
  if (!isMany(alone.length)) return null;
  const names = alone.slice(0, NAMED).join(', ');
  const more = alone.length > NAMED ? ` and ${alone.length - NAMED} more` : '';
  const who = `${alone.length} of ${one.components} components on ${platform}`;
  const why = `${who} began to fail at once and do not depend on one another: ${names}${more}`;
  return { kind: 'out', why };
}

/** Of what fails, the most that began within a time of one another; of as many the later. */
function togetherIn(
  failing: Platformed['failing'],
  withinS: number,
): readonly Platformed['failing'][number][] {
  const inOrder = failing.toSorted((a, b) => a.since.getTime() - b.since.getTime());
  let most: readonly Platformed['failing'][number][] = [];
  let from = 0;
  for (const [at, { since }] of inOrder.entries()) {
    const earliest = since.getTime() - withinS * 1000;
    while ((inOrder[from]?.since.getTime() ?? earliest) < earliest) from += 1;
    if (at + 1 - from >= most.length) most = inOrder.slice(from, at + 1);
  }
  return most;
}
