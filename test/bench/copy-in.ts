import type pg from 'pg';

/** The part of pg's connection that speaks COPY; its own types leave it out. */
interface CopyConnection extends pg.Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

const CHUNK_BYTES = 64 * 1024;

/**
 * Send rows by one `copy … from stdin`, in the text format, over an ordinary connection.
 *
 * pg knows the messages of COPY but has no query that sends them: this one does.
 *
 * @param statement - e.g. `copy metric_samples (…) from stdin`
 * @param rows - tab-separated lines, each with its line end
 * @throws {pg.DatabaseError} when Postgres refuses the statement or a row
 */
export function copyIn(client: pg.Client, statement: string, rows: Buffer): Promise<void> {
  return new Promise((done, failed) => {
    let error: Error | undefined;
    client.query({
      submit: (connection: pg.Connection) => connection.query(statement),
      handleCopyInResponse(connection: CopyConnection) {
        for (let from = 0; from < rows.length; from += CHUNK_BYTES) {
          connection.sendCopyFromChunk(rows.subarray(from, from + CHUNK_BYTES));
        }
        connection.endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleError(cause: Error) {
        error = cause;
      },
      handleReadyForQuery: () => (error === undefined ? done() : failed(error)),
    });
  });
}
