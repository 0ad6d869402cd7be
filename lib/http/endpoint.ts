import * as z from 'zod';
import { DEFAULT_LIMITS, readBody } from './body.js';
import type { Attempt, Authenticate, Call, EndpointOptions, Handler } from './call.js';
import type { HttpDeps } from './deps.js';
import { answerOnce, idempotencyKey, type Outcome, requestHash } from './idempotency.js';
import type { Identity } from './identity.js';
import { parseInput } from './parse.js';
import { readQuery } from './query.js';
import { beginTrace, endTrace, refusal, type Trace } from './trace.js';
import { type Endpoint, markWrapped } from './wrapped.js';

const NO_QUERY = z.strictObject({});

const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** One kind of caller, and the work that is done for it. */
export interface Plan<I extends Identity, B, Q> {
  readonly authenticate: Authenticate<I>;
  readonly options: EndpointOptions<B, Q>;
  readonly handler: Handler<I, B, Q>;
}

function attempt(request: Request, deps: HttpDeps, options: EndpointOptions<unknown, unknown>) {
  let text: Promise<string> | undefined;
  const rawBody = () => {
    text ??= readBody(request, options.body?.limits ?? DEFAULT_LIMITS);
    return text;
  };
  return { request, url: new URL(request.url), deps, now: deps.now(), rawBody };
}

function wantedHeaders(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

type Texts = Readonly<Record<string, string>>;

async function parsedCall<I extends Identity, B, Q>(
  tried: Attempt,
  identity: I,
  { options }: Plan<I, B, Q>,
  requestId: string,
): Promise<{ call: Call<I, B, Q>; query: Texts }> {
  const { request, url, now } = tried;
  const query = readQuery(url, options.routed ?? []);
  const rawBody = options.body === undefined ? '' : await tried.rawBody();
  const contentType = request.headers.get('content-type');
  const call = {
    identity,
    url,
    // Where the schema or the reader is absent, its type parameter has its default: {} or undefined.
    query: parseInput<unknown>(options.query ?? NO_QUERY, query, 'query') as Q,
    body: options.body?.read(rawBody, contentType) as B,
    rawBody,
    headers: wantedHeaders(request.headers, options.headers ?? []),
    requestId,
    now,
  };
  return { call, query };
}

function asResponse(answer: unknown): Response {
  if (answer instanceof Response) return answer;
  return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
}

/** Do the work, with its failure as an answer, too: that may be what a repeat is to get. */
async function outcome(trace: Trace, work: () => unknown): Promise<Outcome> {
  try {
    return { response: asResponse(await work()), final: true };
  } catch (error) {
    const response = refusal(trace, error);
    return { response, final: trace.problem?.retryable === false && response.status < 500 };
  }
}

async function serve<I extends Identity, B, Q>(
  trace: Trace,
  tried: Attempt,
  plan: Plan<I, B, Q>,
): Promise<Response> {
  const identity = await plan.authenticate(tried);
  trace.identity = identity;
  const { call, query } = await parsedCall(tried, identity, plan, trace.requestId);
  const run = () => outcome(trace, () => plan.handler(call));
  const { method, headers } = tried.request;
  const key = WRITES.includes(method) ? idempotencyKey(headers) : null;
  if (identity.kind !== 'key' || key === null) return (await run()).response;
  const once = {
    store: tried.deps.idempotency,
    request: {
      scope: `${identity.id} ${method} ${tried.url.pathname}`,
      key,
      bodyHash: requestHash(query, call.rawBody),
    },
    bestEffort: plan.options.idempotency === 'best_effort',
    onStoreFailure: (error: unknown) => {
      trace.error = error;
    },
  };
  return answerOnce(once, run);
}

/**
 * Make a function of the platform out of a plan: authentication, raw body, parsing, idempotency, the
 * work, error mapping, one line of log, in this order. Nothing escapes: what does is answered as a bare
 * 500 by the platform, and logged nowhere.
 *
 * @param getDeps - called for each request, inside: a misconfigured installation answers so
 */
export function endpoint<I extends Identity, B, Q>(
  getDeps: () => HttpDeps,
  plan: Plan<I, B, Q>,
): Endpoint {
  return markWrapped(async (request) => {
    const trace = beginTrace(request, plan.options.secretParts ?? []);
    try {
      const deps = getDeps();
      trace.write = deps.log ?? trace.write;
      return endTrace(trace, await serve(trace, attempt(request, deps, plan.options), plan));
    } catch (error) {
      return endTrace(trace, refusal(trace, error));
    }
  });
}
