import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

const Body = z.strictObject({
  component: z.string(),
  instance: z.string(),
  boot_id: z.uuid(),
  samples: z.array(z.object({ at: z.iso.datetime() }).catchall(z.number()).readonly()),
  results: z
    .array(
      z.strictObject({
        id: z.uuid(),
        ok: z.boolean(),
        result: z.record(z.string(), z.unknown()).optional(),
        error: z.string().optional(),
        finished_at: z.iso.datetime(),
      }),
    )
    .optional(),
  events: z
    .array(
      z.strictObject({
        kind: z.string(),
        at: z.iso.datetime(),
        result: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
});

/** One push as the server read it. */
export interface SeenPush {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
  readonly body: z.infer<typeof Body>;
}

/** What the server answers to a push. */
export interface PushAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Take the push in, then close the connection without an answer. */
  readonly drop?: boolean;
}

type Answer = (push: SeenPush) => PushAnswer | Promise<PushAnswer>;

function read(headers: IncomingHttpHeaders, raw: Buffer): SeenPush {
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  return { headers, bytes: raw.length, body: Body.parse(JSON.parse(text.toString('utf8'))) };
}

/** What the functions answer to a batch, with what a test adds to it. */
function answerTo(push: SeenPush, body: unknown): unknown {
  if (body !== undefined && typeof body !== 'object') return body;
  const accepted = push.body.samples.length;
  return { accepted, duplicates: 0, queued: 0, rejected: [], ...body };
}

/**
 * A real server on loopback that takes pushes as `POST /api/ingest` does and checks their shape.
 *
 * `until` resolves with the first push, past or future, that passes a test.
 */
export async function startIngest(answer: Answer = () => ({}), port = 0) {
  const pushes: SeenPush[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method !== 'POST' || request.url !== '/api/ingest') {
      response.writeHead(404).end();
      return;
    }
    const push = read(request.headers, Buffer.concat(chunks));
    pushes.push(push);
    const { status = 202, headers = {}, body, drop = false } = await answer(push);
    if (drop) {
      request.socket.destroy();
    } else {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(answerTo(push, body)));
    }
    for (const look of [...waiting]) look();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    pushes,
    until(test: (push: SeenPush) => boolean): Promise<SeenPush> {
      return new Promise((resolve) => {
        const look = () => {
          const found = pushes.find(test);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A running {@link startIngest}. */
export type IngestServer = Awaited<ReturnType<typeof startIngest>>;
