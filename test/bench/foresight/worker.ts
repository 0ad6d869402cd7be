import { type Job, work } from './jobs.js';
import type { MethodName } from './methods.js';

// A process that works off jobs for another, one at a time.

process.on('message', ({ job, methods }: { job: Job; methods: MethodName[] }) => {
  process.send?.(work(job, methods));
});
process.on('disconnect', () => process.exit(0));
