/** A request that the queue declines, with the HTTP status and the sentence its caller will read. */
export class Refusal extends Error {
  /** 400 to 499. */
  readonly status: number;

  constructor(status: number, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'Refusal';
    this.status = status;
  }
}
