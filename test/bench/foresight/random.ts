/** A seeded source of chance: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform in the logarithm, in [low, high); both positive. */
  logUniform(low: number, high: number): number;
  /** Normal with mean 0 and deviation 1. */
  normal(): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** Successes of independent trials; normal where there are many. */
  binomial(trials: number, probability: number): number;
  /** A source of its own for one purpose: what is drawn there moves nothing here. */
  fork(purpose: string): Random;
}

/** FNV-1a, 32 bits. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

/** The generator sfc32 of the PractRand suite: 128 bits of state, period above 2^32. */
function sfc32(seed: string): () => number {
  let [a, b, c, d] = [hash(`${seed}/a`), hash(`${seed}/b`), hash(`${seed}/c`), 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

/** Trials above which the binomial is drawn as a normal. */
const MANY = 60;

/** Make a source of chance from a seed. */
export function randomOf(seed: string): Random {
  const next = sfc32(seed);
  const uniform = (low: number, high: number): number => low + (high - low) * next();
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    uniform,
    logUniform: (low, high) => Math.exp(uniform(Math.log(low), Math.log(high))),
    normal,
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    binomial(trials, probability) {
      if (trials <= MANY) {
        let hits = 0;
        for (let i = 0; i < trials; i += 1) if (next() < probability) hits += 1;
        return hits;
      }
      const mean = trials * probability;
      const drawn = Math.round(mean + normal() * Math.sqrt(mean * (1 - probability)));
      return Math.min(trials, Math.max(0, drawn));
    },
    fork: (purpose) => randomOf(`${seed}/${purpose}`),
  };
}
