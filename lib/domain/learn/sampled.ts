/** Mix the bits of a number so that neighbours part. @see Murmur3's finaliser, Appleby 2011 */
function mixed(bits: number): number {
  let h = bits >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Whether an assessment belongs to the random sample: always the same answer for the same component and
 * interval, so that a sweep that is repeated samples the same.
 *
 * @param tick - the second in which the interval began
 * @param share - of the assessments that are sampled, 0 to 1
 */
export function isSampled(componentId: number, tick: number, share: number): boolean {
  const second = mixed(componentId + mixed(tick) + Math.floor(tick / 2 ** 32));
  return second < share * 2 ** 32;
}
