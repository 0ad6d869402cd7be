/**
 * What acts upon a service at one minute, beside its ordinary load. One is the neutral value of what is
 * multiplied, zero of what is added.
 */
export interface Disturbance {
  load: number;
  /** Work that a request costs. */
  cost: number;
  /** Time that a request takes without a queue. */
  slowness: number;
  /** Share of the processor that other work takes. */
  jobs: number;
  /** Percent of memory. */
  memory: number;
  /** Failing requests, a ratio. */
  errors: number;
  /** Connections that nobody gives back. */
  connections: number;
  /** Percent of the disk. */
  disk: number;
  /** The process starts anew in this minute. */
  restart: boolean;
  /** A deployment ends in this minute. */
  deployment: boolean;
}

/** What acts at a minute of a scenario. @param minute - since its start */
export type Acting = (minute: number, neutral: Disturbance) => Disturbance;

/** Nothing acts. */
export function neutral(): Disturbance {
  return {
    load: 1,
    cost: 1,
    slowness: 1,
    jobs: 0,
    memory: 0,
    errors: 0,
    connections: 0,
    disk: 0,
    restart: false,
    deployment: false,
  };
}
