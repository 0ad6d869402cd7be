import type { Sql, Statement } from '../../lib/store/sql.js';

/** How long something waited for the database, milliseconds. */
export interface Waited {
  readonly readMs: number;
  readonly writeMs: number;
}

/** The database, and how long was waited for it since it was last asked. */
export interface TimedSql {
  readonly sql: Sql;
  take(): Waited;
}

/** Adds up the time in which at least one piece of work is running. */
function stopwatch() {
  let running = 0;
  let since = 0;
  let totalMs = 0;
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      if (running === 0) since = performance.now();
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
        if (running === 0) totalMs += performance.now() - since;
      }
    },
    take(): number {
      const took = totalMs;
      totalMs = 0;
      return took;
    },
  };
}

/** What only reads; functions of ours that hold a lock belong to a write. */
const READ = /^\s*select\b(?!\s+hold_)/i;

/** Measure what passes through a database's tag, reads and writes apart. */
export function timedSql(inner: Sql): TimedSql {
  const reads = stopwatch();
  const writes = stopwatch();
  const reading = new WeakSet<Statement>();
  const tag = (strings: TemplateStringsArray, ...values: unknown[]): Statement => {
    const sent = inner(strings, ...values);
    const reads_ = READ.test(strings.join(''));
    const watch = reads_ ? reads : writes;
    const statement: Statement = {
      build: sent.build,
      // biome-ignore lint/suspicious/noThenProperty: a statement is sent when it is awaited
      then: (done, failed) => watch.run(async () => await sent).then(done, failed),
    };
    if (reads_) reading.add(statement);
    return statement;
  };
  const transaction: Sql['transaction'] = (statements) => {
    const watch = statements.every((one) => reading.has(one)) ? reads : writes;
    return watch.run(() => inner.transaction(statements));
  };
  return {
    sql: Object.assign(tag, { transaction }),
    take: () => ({ readMs: reads.take(), writeMs: writes.take() }),
  };
}
