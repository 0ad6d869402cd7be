import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    globalSetup: './test/support/global-setup.ts',
    pool: 'forks',
    maxWorkers: 2,
    // The log lines of a passing test are noise.
    silent: 'passed-only',
    // Real servers and processes on a busy machine: a limit for what hangs, not a measure of speed.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
