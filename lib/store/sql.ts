import {
  NeonDbError,
  type NeonQueryFunction,
  type NeonQueryPromise,
} from '@neondatabase/serverless';
import { AppError } from '../errors.js';

/** One row as the database answers it: to be parsed before it is used. */
export type Row = Record<string, unknown>;

type Neon = NeonQueryFunction<false, false>;

/** One statement: sent when awaited, or as part of a transaction. */
export interface Statement extends PromiseLike<Row[]> {
  readonly build: () => NeonQueryPromise<false, false, Row[]>;
}

/** The database: a tagged template that sends one statement, and transactions of several. */
export interface Sql {
  (strings: TemplateStringsArray, ...values: unknown[]): Statement;
  /** Send statements in one round trip and one transaction, READ COMMITTED; all or none take effect. */
  transaction(statements: readonly Statement[]): Promise<Row[][]>;
}

/**
 * Wrap the Neon driver.
 *
 * @param repair - asked once per failed request with its SQLSTATE; answers whether it mended the cause (a
 * missing table, say), so that the request is worth repeating
 * @throws {AppError} `unavailable` when the database could not be reached or is not taking requests:
 * no SQLSTATE, or class 08, 40, 53, 57; other errors pass as the driver's `NeonDbError`
 */
export function wrapSql(neon: Neon, repair: (code: string) => Promise<boolean>): Sql {
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const code = sqlState(error);
      if (code !== null && (await repair(code))) return work().catch(rethrow);
      return rethrow(error);
    }
  };
  const tag = (strings: TemplateStringsArray, ...values: unknown[]): Statement => {
    const build = () => neon(strings, ...values) as NeonQueryPromise<false, false, Row[]>;
    return {
      build,
      // biome-ignore lint/suspicious/noThenProperty: a statement is sent when it is awaited, as the driver's own is
      then: (done, failed) => run(async () => await build()).then(done, failed),
    };
  };
  const transaction = (statements: readonly Statement[]): Promise<Row[][]> =>
    run(async () => (await neon.transaction(statements.map((one) => one.build()))) as Row[][]);
  return Object.assign(tag, { transaction });
}

/** The SQLSTATE of a failed statement, or null when the failure is not the database's answer. */
export function sqlState(error: unknown): string | null {
  return error instanceof NeonDbError && typeof error.code === 'string' && error.code !== ''
    ? error.code
    : null;
}

function rethrow(error: unknown): never {
  const code = sqlState(error);
  if (error instanceof NeonDbError && (code === null || /^(08|40|53|57)/.test(code))) {
    throw new AppError('unavailable', 'the database cannot be reached; try again', {
      cause: error,
    });
  }
  throw error;
}
