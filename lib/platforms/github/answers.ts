import * as z from 'zod';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** What is read of a deployment. GitHub gives a payload back as it was sent, or as text. */
export const Deployment = z.object({
  id: z.number().int(),
  sha: z.string().min(1),
  task: z.string(),
  created_at: instant,
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
});
export type Deployment = z.infer<typeof Deployment>;

/** What is read of one status of a deployment. */
export const DeploymentStatus = z.object({ state: z.string(), created_at: instant });
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

/** What is read of one run of a workflow. */
export const Run = z.object({
  id: z.number().int(),
  event: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  created_at: instant,
});
export type Run = z.infer<typeof Run>;

/** One page of a workflow's runs. */
export const RunPage = z.object({ workflow_runs: z.array(Run) });

/** The run that a dispatch began; null where GitHub does not tell it: the status has said that it was accepted. */
export const NewRun = z.object({ workflow_run_id: z.number().int() }).nullable().catch(null);

/** What a branch points at. */
export const Ref = z.object({ object: z.object({ sha: z.string().min(1) }) });

/** What is read of a commit. */
export const Commit = z.object({
  sha: z.string().min(1),
  tree: z.object({ sha: z.string().min(1) }),
  parents: z.array(z.object({ sha: z.string().min(1) })),
});
export type Commit = z.infer<typeof Commit>;

/** What lies between two commits; the commits oldest first, and no more than were asked for. */
export const Comparison = z.object({
  /** Of the second commit against the first: `ahead` where the first is in its history. */
  status: z.string(),
  total_commits: z.number().int(),
  commits: z.array(z.object({ sha: z.string().min(1), commit: z.object({ message: z.string() }) })),
});
export type Comparison = z.infer<typeof Comparison>;

/** What is read of a pull request. */
export const Pull = z.object({
  number: z.number().int(),
  state: z.string(),
  html_url: z.url({ protocol: /^https?$/ }),
  created_at: instant,
  merged_at: instant.nullish(),
  /** Of one that is not merged, that of a trial. */
  merge_commit_sha: z.string().nullish(),
  head: z.object({ sha: z.string().min(1) }),
});
export type Pull = z.infer<typeof Pull>;

/** Whether it can be merged, as only the request for a single one tells. */
export const PullInDetail = Pull.extend({ mergeable_state: z.string() });
