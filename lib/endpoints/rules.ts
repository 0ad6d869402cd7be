import * as z from 'zod';
import { app } from '../app.js';
import { Rule } from '../domain/decide/rules/rule.js';
import { dryRunRule } from '../flows/admin/dry-run-rule.js';
import { changeRule, makeRule } from '../flows/admin/rules.js';
import { jsonBody } from '../http/body-reader.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { reply } from '../http/reply.js';
import { ADMIN, idOf } from './admin-parts.js';
import { deps } from './deps.js';

/** Makes a healing rule. */
export const newRule = keyEndpoint(
  deps,
  { ...ADMIN, body: jsonBody(Rule) },
  async ({ body, identity }) => reply(201, await makeRule(app(), body, identity.name)),
);

/** Puts another version in a rule's place. */
export const putRule = keyEndpoint(
  deps,
  { ...ADMIN, body: jsonBody(Rule) },
  ({ body, identity, url }) => changeRule(app(), idOf(url), body, identity.name),
);

const DryRun = z.strictObject({ rule: Rule, days: z.number().int().min(1).max(30).default(7) });

/** Answers what a rule would have done; changes nothing. */
export const dryRun = keyEndpoint(deps, { ...ADMIN, body: jsonBody(DryRun) }, ({ body, now }) =>
  dryRunRule(app(), body.rule, body.days, now),
);
