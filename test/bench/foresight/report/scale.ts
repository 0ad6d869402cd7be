/** Maps a value to a coordinate. */
export type Scale = (value: number) => number;

type Span = readonly [number, number];

/** A straight line from one span to another. */
export function linear([from, to]: Span, [low, high]: Span): Scale {
  const width = to - from;
  return (value) => (width === 0 ? low : low + ((value - from) / width) * (high - low));
}

/** Steps that read well, hours. */
const STEPS_H = [0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 96, 168];

/** Round hours between two, some six of them at most. */
export function hourTicks(from: number, to: number): number[] {
  const step = STEPS_H.find((hours) => (to - from) / hours <= 8) ?? (to - from) / 4;
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(to / step) - first + 1);
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** A path through points, broken where a value is not finite. */
export function linePath(points: readonly (readonly [number, number])[]): string {
  let isOpen = false;
  return points
    .map(([x, y]) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        isOpen = false;
        return '';
      }
      const command = isOpen ? 'L' : 'M';
      isOpen = true;
      return `${command}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
