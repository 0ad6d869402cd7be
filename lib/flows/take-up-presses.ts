import type { App } from '../app.js';
import { takeUp } from './take-up.js';

/** Label of messages that hold what a person has pressed. */
export const PRESS_LABEL = 'press';

/**
 * Take up presses that the queue has given up; answers how many were sent again. One that comes too late by
 * then changes nothing: it counts for the recovery that its button named, and only until its time is up.
 */
export const takeUpPresses = (app: App): Promise<number> =>
  takeUp(app, {
    label: PRESS_LABEL,
    why: 'the database was not back within the retries; what a person has pressed is sent again',
  });
