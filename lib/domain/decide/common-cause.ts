import type { Level } from '../assessment.js';
import { type Group, GROUPS as KINDS } from '../predict/group.js';
import type { Settings } from '../settings.js';
import { SECOND } from '../time.js';
import type { Rising } from './rising.js';
import { levelRank } from './severity.js';

/** Fewest components that can rise alike: two may do so by chance. */
const LEAST = 3;
/** Share of a group that must be exceeded: most of it. */
const MOST = 0.5;
/** Horizons within which rises begin in the same time: of slow ones the first is seen hours before the last. */
const TOGETHER = 6;

/** A component of a group, as the sweep has just seen it. */
export interface Peer {
  readonly componentId: number;
  readonly component: string;
  readonly group: string;
  readonly state: 'healthy' | 'degraded' | 'failing' | 'unknown';
  readonly raised: Level;
  /** Assessments in a row that call for action. */
  readonly bad: number;
  readonly rising: Rising;
}

/** Most components of a group on their way to the same kind of failure. */
export interface CommonCause {
  readonly group: string;
  readonly kind: Group;
  readonly members: readonly Pick<Peer, 'componentId' | 'component'>[];
  /** Components of the group whose state was known. */
  readonly peers: number;
  readonly beganAt: Date;
  /** Since when too few rise; null while enough do. */
  readonly calmSince: Date | null;
}

/** What one sweep makes of a common cause. */
export interface CauseStep {
  readonly change: 'began' | 'went on' | 'ended' | null;
  readonly cause: CommonCause;
}

interface Seen {
  readonly rising: readonly Peer[];
  readonly peers: number;
}

/** Those of a group that rise alike, and how many there are whose state is known: silence is no evidence. */
function seenOf(
  peers: readonly Peer[],
  { group, kind }: Pick<CommonCause, 'group' | 'kind'>,
): Seen {
  const known = peers.filter((one) => one.group === group && one.state !== 'unknown');
  const rising = known.filter((one) => one.rising[kind] !== undefined);
  return { rising, peers: known.length };
}

function isMost({ rising, peers }: Seen): boolean {
  return rising.length >= LEAST && rising.length > MOST * peers;
}

/** One sweep before it would open an incident of its own, or failing already. */
function isGrave({ state, raised, bad }: Peer, { agreeing }: Settings): boolean {
  if (state === 'failing') return true;
  return levelRank(raised) >= levelRank('high') && bad >= Math.max(1, agreeing - 1);
}

function membersOf(rising: readonly Peer[]): CommonCause['members'] {
  return rising
    .map(({ componentId, component }) => ({ componentId, component }))
    .sort((a, b) => a.componentId - b.componentId);
}

/**
 * Carry the common causes on by one sweep of the whole fleet. Pure.
 *
 * One begins when at least three components of a group, and more than half of those whose state is known,
 * rise towards the same kind of limit, began to do so within six horizons, and at least one of them is about
 * to open an incident or fails. It ends once too few have risen for `stormCalmS`.
 *
 * @param open - those that have not ended
 * @param peers - the components that have a group
 */
export function causeSteps(
  open: readonly CommonCause[],
  peers: readonly Peer[],
  settings: Settings,
  now: Date,
): CauseStep[] {
  const carried = open.map((cause) => carriedOn(cause, seenOf(peers, cause), settings, now));
  return [...carried, ...begun(open, peers, settings, now)];
}

function carriedOn(cause: CommonCause, seen: Seen, settings: Settings, now: Date): CauseStep {
  const members = membersOf(seen.rising);
  const lasts = isMost(seen);
  const calmSince = lasts ? null : (cause.calmSince ?? now);
  const next = { ...cause, members, peers: seen.peers, calmSince };
  if (calmSince !== null && now.getTime() - calmSince.getTime() >= settings.stormCalmS * SECOND) {
    return { change: 'ended', cause: next };
  }
  const same =
    calmSince?.getTime() === cause.calmSince?.getTime() && idsOf(members) === idsOf(cause.members);
  return { change: same ? null : 'went on', cause: next };
}

const idsOf = (members: CommonCause['members']): string =>
  members.map(({ componentId }) => componentId).join(',');

function begun(
  open: readonly CommonCause[],
  peers: readonly Peer[],
  settings: Settings,
  now: Date,
): CauseStep[] {
  const isOpen = (key: Key): boolean =>
    open.some(({ group, kind }) => group === key.group && kind === key.kind);
  return keysOf(peers)
    .filter((key) => !isOpen(key))
    .flatMap((key) => {
      const all = seenOf(peers, key);
      const since = now.getTime() - TOGETHER * settings.horizonS * SECOND;
      const rising = all.rising.filter((one) => (one.rising[key.kind] ?? 0) >= since);
      const seen = { ...all, rising };
      if (!isMost(seen) || !rising.some((one) => isGrave(one, settings))) return [];
      const members = membersOf(all.rising);
      const cause = { ...key, members, peers: all.peers, beganAt: now, calmSince: null };
      return [{ change: 'began' as const, cause }];
    });
}

type Key = Pick<CommonCause, 'group' | 'kind'>;

/** Every group with every kind that rises in it, once. */
function keysOf(peers: readonly Peer[]): Key[] {
  const keys = new Map<string, Key>();
  for (const { group, rising } of peers) {
    for (const kind of KINDS) {
      if (rising[kind] !== undefined) keys.set(`${group} ${kind}`, { group, kind });
    }
  }
  return [...keys.values()];
}

/**
 * The common causes that account for all that rises in one component; null where some of it is its own.
 *
 * A component whose disk fills while its group shares a rise of latency has trouble of its own.
 */
export function accountedFor<C extends Pick<CommonCause, 'kind' | 'members'>>(
  componentId: number,
  rising: Rising,
  causes: readonly C[],
): readonly C[] | null {
  const own = causes.filter(({ members }) =>
    members.some((member) => member.componentId === componentId),
  );
  const kinds = KINDS.filter((kind) => rising[kind] !== undefined);
  const covered = kinds.every((kind) => own.some((cause) => cause.kind === kind));
  return kinds.length > 0 && covered ? own : null;
}
