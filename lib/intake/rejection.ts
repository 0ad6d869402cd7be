/**
 * Why a sample was refused; the codes are part of the API and keep their meaning.
 *
 * - `bad_json`: the line is not JSON (NDJSON only); `too_long`: nor is it looked at
 * - `not_an_object`: a sample, or its `metrics`, is no object
 * - `no_component`, `bad_component`, `bad_instance`, `other_component` (a sample in an envelope names
 *   another component than the envelope)
 * - `bad_time`, `in_future` (over 5 minutes), `too_old` (over 7 days)
 * - `unknown_field`: a name that is no metric's, with a value that is no number
 * - `bad_metric_name`, `not_a_number`, `not_finite`, `out_of_range`, `duplicate_metric`,
 *   `too_many_metrics` (over 64), `no_metrics`
 * - `bad_result`, `bad_event`: a report of an agent; the index counts results, or events
 */
export type RejectionCode =
  | 'bad_json'
  | 'too_long'
  | 'not_an_object'
  | 'no_component'
  | 'bad_component'
  | 'bad_instance'
  | 'other_component'
  | 'bad_time'
  | 'in_future'
  | 'too_old'
  | 'unknown_field'
  | 'bad_metric_name'
  | 'not_a_number'
  | 'not_finite'
  | 'out_of_range'
  | 'duplicate_metric'
  | 'too_many_metrics'
  | 'no_metrics'
  | 'bad_result'
  | 'bad_event';

/** Why one thing is not taken. */
export interface Refusal {
  readonly code: RejectionCode;
  /** A sentence for the sender; of what was sent it repeats names and numbers only, shortened. */
  readonly detail: string;
}

/** One thing of a batch that was not taken, by its place there, counted from 0. */
export interface Rejection extends Refusal {
  readonly index: number;
}

/** What was read, or why it was not. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

const MAX_QUOTED = 64;

/** A reading that went well. */
export function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}

/** A reading that did not. */
export function refuse(code: RejectionCode, detail: string): Reading<never> {
  return { ok: false, refusal: { code, detail } };
}

/** Quote a name that somebody sent, shortened. */
export function quoted(name: string): string {
  return JSON.stringify(name.slice(0, MAX_QUOTED));
}
