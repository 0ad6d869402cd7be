/** The part of a browser's storage that a key needs. */
export interface KeyPlace {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** The two places a key can be kept in: until the tab closes, or until it is forgotten. */
export interface KeyPlaces {
  readonly session: KeyPlace;
  readonly device: KeyPlace;
}

const NAME = 'forestall.key';

/** The key that is kept, or null; the tab's own comes before the device's. */
export function readKey({ session, device }: KeyPlaces): string | null {
  return session.getItem(NAME) ?? device.getItem(NAME);
}

/** Keep a key in one place, and remove any other from both. */
export function keepKey(places: KeyPlaces, key: string, remember: boolean): void {
  forgetKey(places);
  (remember ? places.device : places.session).setItem(NAME, key);
}

/** Remove the key from both places. */
export function forgetKey({ session, device }: KeyPlaces): void {
  session.removeItem(NAME);
  device.removeItem(NAME);
}

/** Whether a text can be a key at all: no spaces, and nothing that a header cannot hold. */
export function looksLikeKey(text: string): boolean {
  return /^[\x21-\x7e]{1,512}$/.test(text);
}

/** A place that forgets with the page, for browsers that refuse storage. */
export function memoryPlace(): KeyPlace {
  const values = new Map<string, string>();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}
