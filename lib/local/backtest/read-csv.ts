import { createReadStream } from 'node:fs';
import { csvParser, type TakeFault, type TakeRecord } from './csv-parser.js';

/** Bytes that are read at once. */
const PIECE = 1 << 20;

/**
 * Read a CSV file to its end, record by record.
 *
 * @returns the number of bytes that were read
 * @throws {Error} in one line, when it cannot be read
 */
export async function readCsv(file: string, take: TakeRecord, fault: TakeFault): Promise<number> {
  const parser = csvParser(take, fault);
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE });
  try {
    for await (const piece of stream) parser.push(String(piece));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new Error(`${file} cannot be read (${code})`, { cause: error });
  }
  parser.end();
  return stream.bytesRead;
}
