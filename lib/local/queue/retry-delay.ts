import { DAY, SECOND } from '../../domain/time.js';

/** How long to wait before a retry: milliseconds from how often the message was retried already. */
export type RetryDelay = (retried: number) => number;

const FUNCTIONS: Readonly<
  Record<string, { readonly takes: number; readonly of: (...values: number[]) => number }>
> = {
  pow: { takes: 2, of: Math.pow },
  sqrt: { takes: 1, of: Math.sqrt },
  abs: { takes: 1, of: Math.abs },
  exp: { takes: 1, of: Math.exp },
  floor: { takes: 1, of: Math.floor },
  ceil: { takes: 1, of: Math.ceil },
  round: { takes: 1, of: Math.round },
  min: { takes: 2, of: Math.min },
  max: { takes: 2, of: Math.max },
};

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

// A bound on nesting, so that a hostile expression cannot exhaust the stack.
const MAX_LENGTH = 500;

/**
 * Compile an `Upstash-Retry-Delay` expression, for example `pow(2, retried) * 1000`.
 *
 * @param expression - arithmetic over numbers and `retried` (0 before the first retry), in milliseconds
 * @returns a function whose result lies between 0 and one day
 * @throws {RangeError} when the expression does not parse, or yields no number before the first retry
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function parseRetryDelay(expression: string): RetryDelay {
  const tokens = tokenize(expression);
  const parser = { tokens, at: 0 };
  const value = sum(parser);
  if (parser.at !== tokens.length || Number.isNaN(value(0))) {
    throw new RangeError(`invalid retry delay expression: ${expression}`);
  }
  return (retried) => {
    const delayMs = value(retried);
    return Number.isNaN(delayMs)
      ? defaultRetryDelayMs(retried)
      : Math.min(Math.max(delayMs, 0), DAY);
  };
}

/**
 * QStash's own backoff: 12 s, 2 m 28 s, 30 m 8 s, 6 h 7 m, then one day.
 *
 * @param retried - how often the message was retried already, 0 before the first retry
 * @returns milliseconds
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function defaultRetryDelayMs(retried: number): number {
  return Math.min(DAY, Math.exp(2.5 * (retried + 1)) * SECOND);
}

interface Parser {
  readonly tokens: readonly string[];
  at: number;
}

function tokenize(expression: string): readonly string[] {
  const tokens = expression.match(/\d+(?:\.\d+)?|\.\d+|[a-z]+|[-+*/(),]/gi) ?? [];
  const whole = tokens.join('') === expression.replace(/\s+/g, '');
  if (tokens.length === 0 || !whole || expression.length > MAX_LENGTH) {
    throw new RangeError(`invalid retry delay expression: ${expression.slice(0, MAX_LENGTH)}`);
  }
  return tokens;
}

function sum(parser: Parser): RetryDelay {
  return chain(parser, ['+', '-'], product);
}

function product(parser: Parser): RetryDelay {
  return chain(parser, ['*', '/'], factor);
}

function chain(
  parser: Parser,
  operators: readonly string[],
  operand: (parser: Parser) => RetryDelay,
): RetryDelay {
  let left = operand(parser);
  for (;;) {
    const token = parser.tokens[parser.at];
    const apply = token !== undefined && operators.includes(token) ? OPERATORS[token] : undefined;
    if (apply === undefined) {
      return left;
    }
    parser.at += 1;
    const before = left;
    const right = operand(parser);
    left = (retried) => apply(before(retried), right(retried));
  }
}

function factor(parser: Parser): RetryDelay {
  const token = parser.tokens[parser.at] ?? 'end of expression';
  parser.at += 1;
  if (token === '-') {
    const inner = factor(parser);
    return (retried) => -inner(retried);
  }
  if (token === '(') {
    const inner = sum(parser);
    expect(parser, ')');
    return inner;
  }
  if (/^[\d.]/.test(token)) {
    return () => Number(token);
  }
  return token === 'retried' ? (retried) => retried : call(parser, token);
}

function call(parser: Parser, name: string): RetryDelay {
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known === undefined) {
    throw new RangeError(`invalid retry delay expression: unexpected ${name}`);
  }
  expect(parser, '(');
  const values = [sum(parser)];
  while (parser.tokens[parser.at] === ',') {
    parser.at += 1;
    values.push(sum(parser));
  }
  expect(parser, ')');
  if (values.length !== known.takes) {
    throw new RangeError(`invalid retry delay expression: ${name} takes ${known.takes} values`);
  }
  return (retried) => known.of(...values.map((value) => value(retried)));
}

function expect(parser: Parser, wanted: string): void {
  if (parser.tokens[parser.at] !== wanted) {
    throw new RangeError(`invalid retry delay expression: expected ${wanted}`);
  }
  parser.at += 1;
}
