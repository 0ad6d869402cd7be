import * as z from 'zod';
import type { BuiltFunction } from './build-function.js';
import type { BuiltAnswer, CallReport } from './call-built.js';

/** What a function's machine holds at most, unpacked: 250 MB. */
const MAX_BYTES = 250 * 1024 * 1024;

const Problem = z.looseObject({ status: z.int(), code: z.string(), title: z.string() });

/** Codes that show a mistake of ours rather than a refusal. */
const OURS = new Set(['internal', 'misconfigured']);

/** The one path that answers everybody. */
const OPEN = 'api/health.ts';

/** What is wrong with a function as it would be deployed; empty when nothing is. */
export function troubleOf(
  entrypoint: string,
  built: BuiltFunction,
  report: CallReport,
  sqlFiles: readonly string[],
): string[] {
  const missing = sqlFiles.filter((file) => !built.files.includes(`sql/${file}`));
  return [
    ...(built.bytes > MAX_BYTES ? [`has ${built.bytes} bytes, ${MAX_BYTES} are allowed`] : []),
    ...missing.map((file) => `lacks sql/${file}: see includeFiles in vercel.json`),
    ...(report.answers.length === 0 ? ['exports no method'] : []),
    ...report.answers.flatMap((answer) => answerTrouble(entrypoint, answer)),
  ];
}

function answerTrouble(entrypoint: string, answer: BuiltAnswer): string[] {
  const open = entrypoint === OPEN && ['GET', 'HEAD'].includes(answer.method);
  const good = open ? isWell(answer) : isRefusal(answer);
  return good ? [] : [told(answer)];
}

const isWell = ({ status, type }: BuiltAnswer): boolean =>
  status === 200 && type.startsWith('application/json');

/** A problem document in its own words; the answer to a HEAD has none. */
function isRefusal({ method, status, type, body }: BuiltAnswer): boolean {
  if (status < 400 || (status >= 500 && status !== 503)) return false;
  if (method === 'HEAD') return true;
  const problem = Problem.safeParse(parsedJson(body));
  if (!problem.success || !type.startsWith('application/problem+json')) return false;
  return problem.data.status === status && !OURS.has(problem.data.code);
}

const told = ({ method, status, type, body }: BuiltAnswer): string =>
  `${method} without a key answers ${status} (${type || 'no type'}): ${body.slice(0, 200)}`;

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
