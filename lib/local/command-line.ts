/** Print the help text when it was asked for; the caller then returns. */
export function helpAsked(help: string): boolean {
  const asked = process.argv.slice(2).some((one) => one === '--help' || one === '-h');
  if (asked) console.log(help);
  return asked;
}

/** End a command that failed: one clear line, and exit code 1. */
export function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  const inUse = code === 'EADDRINUSE';
  const port = (error as { port?: unknown } | null)?.port;
  console.error(inUse ? `port ${port} is in use; choose another with PORT=…` : firstLine(message));
  process.exit(1);
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;
