import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Story } from '../../../../lib/domain/judge/foretold.js';
import type { Failure } from '../../../../lib/domain/predict/features/joint.js';
import { EXTRA, widthOf } from './width.js';

/** Rows of one way to fail, column by column. */
export interface Table {
  /** One for each feature. */
  readonly columns: readonly Float32Array[];
  /** Horizons until the failure; infinite without one. */
  readonly failsIn: Float32Array;
  readonly weight: Float32Array;
  /** Number of the component, and minutes since its start. */
  readonly id: Float32Array;
  readonly minute: Float32Array;
}

function partsOf(folder: string, prefix: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${prefix}.`))
    .sort()
    .map((name) => join(folder, name));
}

function numbersOf(path: string): Float32Array {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Float32Array(buffer, byteOffset, Math.floor(byteLength / 4));
}

/** Where each row begins, in the order of the components, whoever wrote them and when. */
function placesOf(parts: readonly Float32Array[], width: number, below: number) {
  const idAt = width - EXTRA + 2;
  const places: { part: Float32Array; from: number; id: number }[] = [];
  for (const part of parts) {
    for (let from = 0; from + width <= part.length; from += width) {
      const id = part[from + idAt] ?? 0;
      if (id < below) places.push({ part, from, id });
    }
  }
  // The rows of one component stand in one file, in the order of time, and sorting keeps that.
  return places.sort((a, b) => a.id - b.id);
}

/**
 * Read what was written of one way to fail.
 *
 * @param below - only components with a number below this
 */
export function readTable(folder: string, failure: Failure, below: number): Table {
  const width = widthOf(failure);
  const places = placesOf(partsOf(folder, failure).map(numbersOf), width, below);
  const all = Array.from({ length: width }, () => new Float32Array(places.length));
  for (const [row, { part, from }] of places.entries()) {
    for (const [f, column] of all.entries()) column[row] = part[from + f] ?? 0;
  }
  const features = width - EXTRA;
  const extra = (i: number): Float32Array => all[features + i] ?? new Float32Array();
  const [failsIn, weight, id, minute] = [extra(0), extra(1), extra(2), extra(3)];
  return { columns: all.slice(0, features), failsIn, weight, id, minute };
}

/** Read what became of the components, by their numbers. */
export function readStories(folder: string): Map<number, Story> {
  const lines = partsOf(folder, 'stories').flatMap((path) =>
    readFileSync(path, 'utf8').split('\n').filter(Boolean),
  );
  return new Map(
    lines.map((line) => {
      const { id, ...story } = JSON.parse(line) as Story & { readonly id: number };
      return [id, story];
    }),
  );
}
