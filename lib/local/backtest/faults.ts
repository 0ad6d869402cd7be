/** How many lines are named; the rest is counted. */
const NAMED = 3;

/** What is wrong with a file, line by line. */
export interface Faults {
  add(why: string, line: number): void;
  /** @throws {Error} in one line, when anything is wrong */
  check(): void;
}

/** Gather what is wrong with a file, so that it is told at once and all of it is refused. */
export function faultsOf(file: string): Faults {
  const named: string[] = [];
  let count = 0;
  return {
    add(why, line) {
      count += 1;
      if (named.length < NAMED) named.push(`line ${line}: ${why}`);
    },
    check() {
      if (count === 0) return;
      const more = count > named.length ? `; and ${count - named.length} more` : '';
      throw new Error(`${file} cannot be used: ${named.join('; ')}${more}`);
    },
  };
}

/** A text of somebody else's, short and on one line. */
export const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));
