import pg from 'pg';
import { AppError } from '../../errors.js';

/** The members of a failed statement's answer, each null when Postgres did not send it. */
const ERROR_FIELDS = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

/** What is sent back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One statement's result in Neon's form: every value as PostgreSQL's text. */
export function resultBody(
  result: pg.QueryArrayResult<(string | null)[]>,
  arrayMode: boolean,
): Record<string, unknown> {
  const names = result.fields.map((field) => field.name);
  return {
    command: result.command ?? '',
    rowCount: result.rowCount,
    rowAsArray: arrayMode,
    fields: result.fields.map((field) => ({
      name: field.name,
      dataTypeID: field.dataTypeID,
      tableID: field.tableID,
      columnID: field.columnID,
      dataTypeSize: field.dataTypeSize,
      dataTypeModifier: field.dataTypeModifier,
      format: 'text',
    })),
    rows: arrayMode
      ? result.rows
      : result.rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i], value]))),
  };
}

/**
 * A failure in Neon's form.
 *
 * What Postgres said, and what was wrong with the request, is a 400, which the driver reads member by member;
 * a database that did not answer is a 500, which the driver reports without a code.
 */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof pg.DatabaseError) {
    const members = ERROR_FIELDS.map((name) => [name, error[name] ?? null]);
    return { status: 400, body: { message: error.message, ...Object.fromEntries(members) } };
  }
  if (error instanceof AppError) {
    const status = { too_large: 413, not_found: 404, method_not_allowed: 405 }[String(error.code)];
    return { status: status ?? 400, body: { message: error.message } };
  }
  const message = error instanceof Error ? error.message : 'unknown';
  return { status: 500, body: { message: `the database did not answer: ${message}` } };
}
