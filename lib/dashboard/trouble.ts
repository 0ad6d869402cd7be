/** Why a refresh did not succeed. */
export class Trouble extends Error {
  /** The status of the answer; 0 when there was none; 200 for one that made no sense. */
  readonly status: number;
  /** Seconds for which the server asks not to be called; null when it says nothing. */
  readonly retryAfterS: number | null;

  constructor(status: number, retryAfterS: number | null = null, options: ErrorOptions = {}) {
    super(troubleText(status), options);
    this.name = 'Trouble';
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

const TEXTS: Readonly<Record<number, string>> = {
  0: 'Forestall cannot be reached: the network or the server is down.',
  200: 'Forestall answered something that this page does not understand.',
  401: 'The key was not accepted. Enter one that is valid.',
  403: 'This key may not read everything. It needs the scope read, for all components.',
  429: 'Too many requests.',
  503: 'Forestall or its database is unavailable at the moment.',
};

/** Say what a status means to the person at the page. */
export function troubleText(status: number): string {
  return TEXTS[status] ?? `Forestall answered with an unexpected status ${status}.`;
}
