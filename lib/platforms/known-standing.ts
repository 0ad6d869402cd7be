import { isProven, type KnownState, type Standing } from '../domain/decide/known-state.js';
import type { SchemaFit } from '../domain/decide/schema-changes.js';
import type { LedgerState, Prepared, Variables } from './platform.js';
import { refuse, type VendorStep } from './vendor-action.js';

/** What the ledger says of a version. */
export interface VersionRecord {
  readonly standing: Standing;
  /** What that rests on, in words. */
  readonly evidence: string;
  /** Whether it can run with today's schema of the component's database; null where that is no question. */
  readonly schema: SchemaFit | null;
}

/** How the standings of several states of one version rank: one that did well is enough. */
const RANKS: readonly Standing[] = ['proven', 'proven_light', 'bad', 'unproven'];
/** Likewise of how they fit: one that has run with today's schema is enough. */
const FITS: readonly SchemaFit['kind'][] = ['fits', 'broken', 'unknown'];

/**
 * What the ledger says of a deployment: proven or bad as its states are, of which one that did well is enough.
 * One that was not judged is as bad as its version was under another deployment, where that never did well.
 *
 * @param isOwn - whether a state is one of the deployment's
 * @param version - what it runs; null where nobody knows
 */
export function recordAmong<State extends KnownState>(
  known: readonly State[],
  isOwn: (state: State) => boolean,
  version: string | null,
): VersionRecord {
  const own = known.filter(isOwn);
  const alike = known.filter((state) => state.version === version);
  const best = bestOf(own);
  const other = bestOf(alike);
  const told = (best?.standing ?? 'unproven') === 'unproven' && other?.standing === 'bad';
  const judged = told ? other : best;
  return {
    standing: judged?.standing ?? 'unproven',
    evidence: judged?.evidence ?? 'the ledger has not seen it',
    schema: fitOf([...own, ...alike]),
  };
}

const bestOf = (states: readonly KnownState[]): KnownState | undefined =>
  RANKS.map((rank) => states.find(({ standing }) => standing === rank)).find(Boolean);

const fitOf = (states: readonly KnownState[]): SchemaFit | null =>
  FITS.map((kind) => states.find(({ schema }) => schema?.kind === kind)?.schema).find(Boolean) ??
  null;

/** In this order they are returned to; a bad one never is. */
const PREFERRED: readonly Standing[] = ['proven', 'proven_light', 'unproven'];

/**
 * The best of what can be returned to: the newest that is proven at comparable load, else at a lower one, else that
 * is not known as bad; of what can run with today's schema, and only where nothing can, of the others, for the reason
 * why they cannot to be told. What is older than a version that cannot, and of which nobody knows, cannot either.
 *
 * @param candidates - newest first
 */
export function bestStanding<T extends VersionRecord>(candidates: readonly T[]): T | undefined {
  const judged = candidates.map(
    (one, index): T => ({
      ...one,
      schema: inherited(one.schema, candidates.slice(0, index)),
    }),
  );
  const fitting = judged.filter(({ schema }) => schema?.kind !== 'broken');
  return preferred(fitting) ?? preferred(judged);
}

function inherited(
  own: SchemaFit | null,
  newer: readonly { readonly schema: SchemaFit | null }[],
): SchemaFit | null {
  if (own?.kind === 'fits' || own?.kind === 'broken') return own;
  return newer.findLast(({ schema }) => schema?.kind === 'broken')?.schema ?? own;
}

const preferred = <T extends VersionRecord>(candidates: readonly T[]): T | undefined =>
  PREFERRED.map((wanted) => candidates.find(({ standing }) => standing === wanted)).find(
    (one) => one !== undefined,
  );

/** What people call a standing. */
const WORDS: Readonly<Record<Standing, string>> = {
  proven: 'proven',
  proven_light: 'proven, but too little at a load like that of now',
  unproven: 'not proven',
  bad: 'a bad record, incidents were blamed on it',
};

/** What is kept, in plain, of the record of what is returned to. */
export function shownRecord({ standing, evidence, schema }: VersionRecord) {
  return {
    proven: isProven(standing),
    proven_why: `${WORDS[standing]}: ${evidence}`,
    ...(schema !== null && { schema: schema.why }),
  };
}

/** Why what is returned to cannot run any more, as it is handed on. */
export const outdatedBy = ({ schema }: VersionRecord): Pick<Prepared, 'outdated'> =>
  schema?.kind === 'broken' ? { outdated: schema.why } : {};

/** A state that can be put back as a whole. */
export type WholeState = LedgerState & { readonly config: Variables };

/**
 * Take a known state for one that is returned to as a whole: it must be proven, unless a person has named its
 * deployment, and its configuration must be known.
 *
 * @throws {AppError} `refused`
 */
export function wholeState(
  step: VendorStep,
  state: LedgerState | undefined,
  deployment: { readonly id: string; readonly isNamed: boolean },
): WholeState {
  const { id, isNamed } = deployment;
  if (state === undefined) refuse(step, `the ledger knows nothing of ${id}`);
  const { config, standing } = state;
  if (!isProven(standing) && !(step.request.byPerson && isNamed)) {
    refuse(step, `no known state is proven: ${id} is not`);
  }
  if (config === null) refuse(step, `the configuration of ${id} was never seen`);
  return { ...state, config };
}
