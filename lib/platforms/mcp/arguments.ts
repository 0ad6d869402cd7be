import * as z from 'zod';

/** A value that only a call knows, of which the type is known before. */
export class Open {
  readonly type: string;

  constructor(type: 'string' | 'integer') {
    this.type = type;
  }
}

/** What is read of a JSON Schema; the rest is the server's to judge. */
const Schema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  patternProperties: z.unknown().optional(),
  items: z.unknown().optional(),
});
type Schema = z.infer<typeof Schema>;

/** Levels of a value that are judged; what is deeper is the server's. */
const MAX_DEPTH = 8;

/**
 * What is wrong with a tool's arguments, by its input schema: one that is missing, one that the tool does not
 * know, one of the wrong type or outside an enumeration. In objects and lists, too.
 *
 * An argument that the schema does not name counts as unknown unless it says `additionalProperties`, although
 * JSON Schema would let it pass: it is misspelled far more often than meant. Combinations and references are
 * left to the server.
 *
 * @returns a phrase that names the argument, or null
 */
export function argumentFault(schema: unknown, given: unknown, at = '', depth = 0): string | null {
  const read = Schema.safeParse(schema);
  if (!read.success || depth > MAX_DEPTH) return null;
  const fault = typeFault(read.data, given, at);
  if (fault !== null) return fault;
  if (Array.isArray(given)) {
    return first(given.entries(), ([index, one]) =>
      argumentFault(read.data.items, one, `${at}[${index}]`, depth + 1),
    );
  }
  const entries = isObject(given) ? given : null;
  return entries === null ? null : objectFault(read.data, entries, at, depth);
}

function objectFault(schema: Schema, given: Entries, at: string, depth: number): string | null {
  const { properties = {}, required = [] } = schema;
  const path = (name: string): string => (at === '' ? name : `${at}.${name}`);
  const missing = required.find((name) => given[name] === undefined);
  if (missing !== undefined) return `the argument ${path(missing)} is missing`;
  return first(Object.entries(given), ([name, value]) => {
    if (Object.hasOwn(properties, name)) {
      return argumentFault(properties[name], value, path(name), depth + 1);
    }
    return isOpen(schema) ? null : `the argument ${path(name)} is unknown`;
  });
}

/** Whether an object may hold what its schema does not name. One that names nothing says nothing. */
function isOpen({ properties, additionalProperties: more, patternProperties }: Schema): boolean {
  if (more !== undefined) return more !== false;
  return patternProperties !== undefined || Object.keys(properties ?? {}).length === 0;
}

function typeFault({ type = [], ...schema }: Schema, given: unknown, at: string): string | null {
  const types = typeof type === 'string' ? [type] : type;
  const what = at === '' ? 'the arguments' : `the argument ${at}`;
  const own = typesOf(given);
  if (types.length > 0 && !types.some((one) => own.includes(one))) {
    return `${what} must be of type ${types.join(' or ')}, not ${own[0] ?? 'unknown'}`;
  }
  const allowed = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
  return allowed === null || isAmong(allowed, given)
    ? null
    : `${what} must be one of ${JSON.stringify(allowed).slice(0, 200)}`;
}

function isAmong(allowed: readonly unknown[], given: unknown): boolean {
  const text = JSON.stringify(given);
  return given instanceof Open || allowed.some((one) => JSON.stringify(one) === text);
}

/** The types of JSON Schema that a value has, its own first. */
function typesOf(value: unknown): readonly string[] {
  if (value instanceof Open) return value.type === 'integer' ? ['integer', 'number'] : [value.type];
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value !== 'number') return [typeof value];
  return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
}

type Entries = Readonly<Record<string, unknown>>;

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Entries {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Open)
  );
}

function first<T>(all: Iterable<T>, fault: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = fault(one);
    if (found !== null) return found;
  }
  return null;
}
