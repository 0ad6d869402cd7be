/** The first place from `i` up whose value is not below a pivot. */
function upFrom(values: readonly number[], i: number, pivot: number): number {
  let at = i;
  while ((values[at] ?? pivot) < pivot) at += 1;
  return at;
}

/** The first place from `j` down whose value is not above a pivot. */
function downFrom(values: readonly number[], j: number, pivot: number): number {
  let at = j;
  while ((values[at] ?? pivot) > pivot) at -= 1;
  return at;
}

function swap(values: number[], i: number, j: number): void {
  const other = values[i] ?? Number.NaN;
  values[i] = values[j] ?? Number.NaN;
  values[j] = other;
}

/**
 * Put the value that belongs at one place there, with nothing larger before it and nothing smaller after.
 *
 * @param values - finite numbers
 * @returns the value; NaN where there is no such place
 * @see Hoare, "Algorithm 65: Find", Communications of the ACM 4 (1961)
 */
export function select(values: number[], place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[place] ?? Number.NaN;
    let i = upFrom(values, low, pivot);
    let j = downFrom(values, high, pivot);
    while (i <= j) {
      swap(values, i, j);
      i = upFrom(values, i + 1, pivot);
      j = downFrom(values, j - 1, pivot);
    }
    if (j < place) low = i;
    if (place < i) high = j;
  }
  return values[place] ?? Number.NaN;
}
