import type { Placed } from '../domain/place.js';
import { targetName } from './target.js';

/** Names the database of a component, whatever its credential is called; null where it names none. */
export const databasePlace = ({ database }: Pick<Placed, 'database'>): string | null =>
  database === null ? null : targetName(database);
