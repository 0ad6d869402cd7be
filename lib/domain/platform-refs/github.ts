import * as z from 'zod';

/**
 * A token's variable, or a GitHub App by what the names of its variables begin with: `GITHUB_APP` is told by
 * `GITHUB_APP_ID` and `GITHUB_APP_PRIVATE_KEY`, `GITHUB_APP_ACME` by `GITHUB_APP_ACME_ID` and so on.
 */
const GitHubCredential = z
  .string()
  .regex(
    /^GITHUB_(TOKEN|APP(?!.*_(ID|PRIVATE_KEY|INSTALLATION)$))(_[A-Z0-9_]{1,50})?$/,
    'GITHUB_TOKEN or the name of a variable that begins with GITHUB_TOKEN_; or GITHUB_APP, or GITHUB_APP_ and the name of a further app',
  );

const InputName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, 'the name of an input');

const BranchName = z
  .string()
  .regex(/^(?!\/|refs\/)[A-Za-z0-9._/-]{1,200}$/, 'the name of a branch such as main');

/** How a component that is deployed through GitHub is rolled back. */
const GitHubRollback = z.discriminatedUnion('by', [
  /** By a deployment of the previous commit: whatever listens to deployments carries it out. */
  z.strictObject({ by: z.literal('deployment') }),
  /** By the team's own workflow, which must know `workflow_dispatch`. */
  z.strictObject({
    by: z.literal('workflow'),
    workflow: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ya?ml$/, 'a file name such as rollback.yml'),
    /** The branch whose version of the workflow runs. */
    ref: z.string().min(1).max(255).default('main'),
    /** The input that is told the commit to return to; null where the workflow finds it. */
    version_input: InputName.nullable().default(null),
    inputs: z
      .record(InputName, z.string().max(1000))
      .refine((inputs) => Object.keys(inputs).length <= 20, 'at most 20 inputs')
      .default({}),
  }),
  /** By a pull request that puts the files of the previous commit back. */
  z.strictObject({
    by: z.literal('revert'),
    /** The branch that is deployed. */
    base: BranchName.default('main'),
    /** Whether it is merged once its checks have passed, if it takes back one change alone; else a person merges it. */
    merge: z.boolean().default(false),
    merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  }),
]);

/** A component that is deployed through GitHub. */
export const GitHubRef = z.strictObject({
  type: z.literal('github'),
  repository: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
      'a repository such as owner/name',
    ),
  environment: z.string().min(1).max(255).default('production'),
  rollback: GitHubRollback,
  credential: GitHubCredential.default('GITHUB_TOKEN'),
});
