/** What kind of failure an error is. */
export type ErrorClass =
  | 'database'
  | 'out_of_memory'
  | 'timeout'
  | 'upstream'
  | 'breaker_open'
  | 'other';

/** What is done about a class of errors. */
export interface Strategy {
  /** What is recovered before the call is made again. */
  readonly recover: 'reset_database' | 'clean_memory' | null;
  /** Whether the same call may succeed a little later. */
  readonly retry: boolean;
  /** Whether it counts towards the circuit breaker: failures that more calls make worse. */
  readonly breaks: boolean;
}

/** The table of strategies. Whatever the class, the failed call is counted as one. */
export const STRATEGIES: Readonly<Record<ErrorClass, Strategy>> = {
  database: { recover: 'reset_database', retry: true, breaks: false },
  out_of_memory: { recover: 'clean_memory', retry: true, breaks: false },
  timeout: { recover: null, retry: true, breaks: true },
  upstream: { recover: null, retry: true, breaks: true },
  breaker_open: { recover: null, retry: false, breaks: false },
  other: { recover: null, retry: false, breaks: false },
};

/**
 * Codes that can only come from a database or its pool: SQLSTATE (connection exceptions, shutdown, crash,
 * starting up, too many connections), Prisma (cannot be reached, closed, pool time-out) and MySQL.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const DATABASE_CODE =
  /^(08[0-9A-Z]{3}|57P0[1-3]|53300|P1001|P1002|P1017|P2024|PROTOCOL_CONNECTION_LOST|ER_CON_COUNT_ERROR)$/;

/** Names and words of pools that ran out of time or lost their server (pg, knex, Sequelize). */
const DATABASE_NAME = /^(KnexTimeoutError|Sequelize(ConnectionAcquireTimeout|Connection\w*)Error)$/;
const DATABASE_WORDS =
  /timeout exceeded when trying to connect|connection terminated|timeout acquiring a connection/i;

const MEMORY_CODE = /^(ENOMEM|ERR_MEMORY_ALLOCATION_FAILED|ERR_WORKER_OUT_OF_MEMORY)$/;
const MEMORY_WORDS = /array buffer allocation failed|out of memory/i;

const TIMEOUT_CODE = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT)$/;
const TIMEOUT_NAME = /^TimeoutError$/;

/** Network failures that are the database's on a database call, an upstream's otherwise. */
const NETWORK_CODE =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|UND_ERR_SOCKET)$/;

/** Causes are followed this deep: `fetch` hides the network's error one level down. */
const MOST_CAUSES = 5;

interface Facts {
  readonly code: string;
  readonly name: string;
  readonly message: string;
  readonly status: number;
  /** Set by cockatiel, whose errors bear no name of their own. */
  readonly isBreakerOpen: boolean;
  readonly isCancelled: boolean;
}

/** A member of whatever was thrown; one that throws itself, as getters and proxies may, is missing. */
function member(value: unknown, name: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function factsOf(error: unknown): Facts {
  const status = [
    member(error, 'status'),
    member(error, 'statusCode'),
    member(member(error, 'response'), 'status'),
  ].find((one) => typeof one === 'number');
  return {
    code: text(member(error, 'code')),
    name: text(member(error, 'name')),
    message: text(member(error, 'message')),
    status: typeof status === 'number' ? status : 0,
    isBreakerOpen: member(error, 'isBrokenCircuitError') === true,
    isCancelled: member(error, 'isTaskCancelledError') === true,
  };
}

function chain(error: unknown): Facts[] {
  const found: Facts[] = [];
  let present = error;
  while (present !== undefined && present !== null && found.length < MOST_CAUSES) {
    found.push(factsOf(present));
    present = member(present, 'cause');
  }
  return found;
}

/** In this order: what is surely the database first, then what is surely not. */
const TESTS: readonly [ErrorClass, (facts: Facts, isDatabaseCall: boolean) => boolean][] = [
  ['breaker_open', ({ isBreakerOpen }) => isBreakerOpen],
  ['database', ({ code }) => DATABASE_CODE.test(code)],
  ['database', ({ name, message }) => DATABASE_NAME.test(name) || DATABASE_WORDS.test(message)],
  ['out_of_memory', ({ code }) => MEMORY_CODE.test(code)],
  ['out_of_memory', ({ name, message }) => name === 'RangeError' && MEMORY_WORDS.test(message)],
  ['database', ({ code }, isDatabaseCall) => isDatabaseCall && NETWORK_CODE.test(code)],
  ['timeout', ({ code, name }) => TIMEOUT_CODE.test(code) || TIMEOUT_NAME.test(name)],
  ['timeout', ({ isCancelled }) => isCancelled],
  ['upstream', ({ code, status }) => NETWORK_CODE.test(code) || (status >= 500 && status <= 599)],
];

/**
 * Say what kind of failure an error is, from its code, name, status and words, and those of its causes.
 *
 * Never throws, whatever the error is.
 *
 * @param isDatabaseCall - whether the failed call was to the database: then a refused or lost connection
 * is the database's, otherwise an upstream's
 */
export function classifyError(error: unknown, isDatabaseCall = false): ErrorClass {
  const facts = chain(error);
  const found = TESTS.find(([, test]) => facts.some((one) => test(one, isDatabaseCall)));
  return found?.[0] ?? 'other';
}
