/** Takes one record: its fields, and the line that it begins on. */
export type TakeRecord = (fields: readonly string[], line: number) => void;

/** Takes what is wrong with a record that cannot be read. */
export type TakeFault = (why: string, line: number) => void;

/** A text in pieces, read as CSV. */
export interface CsvParser {
  push(text: string): void;
  /** The last line may lack its end. */
  end(): void;
}

/** A field that is longer has most likely lost its closing quote. */
const LONGEST_RECORD = 1_000_000;

/** Whether a text ends within quotes: a quote that is doubled opens and closes at once. */
function isOpen(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

/** One field between quotes, from the place of the first quote on; null where it goes on after the last. */
function quotedField(text: string, from: number): { value: string; next: number } | null {
  let value = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return null;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const next = quote + 1;
      return next === text.length || text[next] === ',' ? { value, next } : null;
    }
    value += '"';
    at = quote + 2;
  }
}

/** One field, from a place on; null where a quote stands in the wrong place. */
function fieldAt(text: string, from: number): { value: string; next: number } | null {
  if (text[from] === '"') return quotedField(text, from);
  const comma = text.indexOf(',', from);
  const next = comma < 0 ? text.length : comma;
  const value = text.slice(from, next);
  return value.includes('"') ? null : { value, next };
}

/** The fields of a record with quotes in it; null where a quote stands in the wrong place. */
function quotedFields(text: string): string[] | null {
  const fields: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const field = fieldAt(text, at);
    if (field === null) return null;
    fields.push(field.value);
    at = field.next + 1;
  }
  return fields;
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/**
 * Read CSV as it comes (RFC 4180; lines end with LF or CRLF, a byte order mark is passed over, and so are
 * empty lines). However the text is cut into pieces, the records are the same.
 *
 * Written here because no CSV reader is among the dependencies, and this much is all that is needed: a
 * record without quotes is split as it is, which is most of them and fast.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvParser(take: TakeRecord, fault: TakeFault): CsvParser {
  let rest = '';
  let line = 0;
  let isFirst = true;
  /** A record whose quotes are still open, and the line it begins on. */
  let open: { text: string; line: number } | null = null;

  const record = (text: string, at: number): void => {
    if (text === '') return;
    const fields = text.includes('"') ? quotedFields(text) : text.split(',');
    if (fields === null) fault('a quote stands in the wrong place', at);
    else take(fields, at);
  };
  const takeLine = (raw: string): void => {
    line += 1;
    const begun: { text: string; line: number } =
      open === null ? { text: raw, line } : { text: `${open.text}\n${raw}`, line: open.line };
    open = null;
    if (!raw.includes('"') && begun.line === line) record(withoutReturn(raw), line);
    else if (!isOpen(begun.text)) record(withoutReturn(begun.text), begun.line);
    else if (begun.text.length > LONGEST_RECORD) fault('a quote is not closed', begun.line);
    else open = begun;
  };
  return {
    push(text) {
      rest += isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text;
      isFirst &&= text === '';
      let from = 0;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
        takeLine(rest.slice(from, end));
        from = end + 1;
      }
      rest = rest.slice(from);
    },
    end() {
      if (rest !== '') takeLine(rest);
      rest = '';
      if (open !== null) fault('a quote is not closed', open.line);
      open = null;
    },
  };
}
