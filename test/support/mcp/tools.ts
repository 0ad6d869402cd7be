import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { TestTool } from './server.js';

/** A run of something that a tool has started. */
export interface TestJob {
  readonly id: number;
  readonly created_at: string;
  readonly note: string;
  readonly kind: string;
  state: string;
}

const Given = z.object({ app: z.string(), note: z.string().default('') });

/** Tools of a server of the team's own: one that starts a job, one that lists them. */
export function jobTools(now: () => Date): {
  readonly jobs: TestJob[];
  readonly tools: TestTool[];
} {
  const jobs: TestJob[] = [];
  const tools: TestTool[] = [
    {
      name: 'restart_app',
      inputSchema: {
        type: 'object',
        properties: {
          app: { type: 'string' },
          note: { type: 'string' },
          count: { type: 'integer' },
          how: { type: 'string', enum: ['rolling', 'at_once'] },
        },
        required: ['app'],
      },
      run(given) {
        const { app, note } = Given.parse(given);
        if (app === 'gone') throw new Error('there is no such app');
        const id = jobs.length + 1;
        const job = { id, created_at: now().toISOString(), note, kind: 'restart', state: 'ok' };
        jobs.push(job);
        return job;
      },
    },
    {
      name: 'list_jobs',
      inputSchema: { type: 'object', properties: { app: { type: 'string' } }, required: ['app'] },
      run: () => ({ data: { jobs } }),
    },
  ];
  return { jobs, tools };
}

const Described = z.object({
  tools: z.array(
    z.object({ name: z.string(), inputSchema: z.looseObject({ type: z.literal('object') }) }),
  ),
});

/** A vendor's tools by their own schemas, with what a test lets them do. */
export function describedTools(
  vendor: 'github' | 'render',
  run: Readonly<Record<string, TestTool['run']>>,
): TestTool[] {
  const file = new URL(`../../fixtures/mcp/${vendor}.json`, import.meta.url);
  return Described.parse(JSON.parse(readFileSync(file, 'utf8'))).tools.map((tool) => ({
    ...tool,
    run: run[tool.name] ?? (() => []),
  }));
}
