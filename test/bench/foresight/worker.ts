import type { Job } from './jobs.js';
import type { MethodName } from './methods.js';
import { work } from './work.js';

// A process that works off jobs for another, one at a time.

process.on('message', ({ job, methods }: { job: Job; methods: MethodName[] }) => {
  work(job, methods).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
