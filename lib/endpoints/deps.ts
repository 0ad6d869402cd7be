import { app } from '../app.js';
import { httpDeps } from '../flows/http-deps.js';
import type { HttpDeps } from '../http/deps.js';
import { sealedAnswers } from '../http/sealed-answers.js';

let made: HttpDeps | undefined;

/** What the wrappers need, made on first use; fails per request while the environment is incomplete. */
export function deps(): HttpDeps {
  if (made !== undefined) return made;
  const parts = httpDeps(app());
  made = { ...parts, idempotency: sealedAnswers(parts.idempotency, () => app().secrets) };
  return made;
}
