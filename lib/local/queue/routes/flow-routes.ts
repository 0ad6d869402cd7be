import { SECOND } from '../../../domain/time.js';
import { FlowLimits } from '../flow-value.js';
import { GLOBAL_PARALLELISM } from '../plan.js';
import type { Core } from '../publish.js';
import { Refusal } from '../refusal.js';
import { type Call, DONE, param, type Reply, type Route } from '../route.js';
import { type Flow, put } from '../tables.js';
import type { View } from '../views.js';

/** Show flow control keys; pause, resume, pin, unpin and reset them. */
export function flowRoutes(core: Core): readonly Route[] {
  const { journal, engine } = core;
  const { flows } = journal.tables;
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/flowControl\/?$/,
      handle: () => ({ status: 200, body: [...flows.values()].map((flow) => view(core, flow)) }),
    },
    {
      methods: ['GET'],
      pattern: /^\/v2\/flowControl\/(.+)$/,
      handle: (call) => ({ status: 200, body: view(core, known(core, param(call, 0))) }),
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/flowControl\/(.+)\/(pause|resume|pin|unpin|resetRate)$/,
      handle: (call) => change(core, call),
    },
    {
      methods: ['GET'],
      pattern: /^\/v2\/globalParallelism\/?$/,
      handle: () => ({
        status: 200,
        body: { parallelismMax: GLOBAL_PARALLELISM, parallelismCount: engine.gates.inside.size },
      }),
    },
  ];
}

function known({ journal }: Core, key: string): Flow {
  const flow = journal.tables.flows.get(key);
  if (flow === undefined) {
    throw new Refusal(404, `flow control key ${key} not found`);
  }
  return flow;
}

function view({ engine }: Core, flow: Flow): View {
  const use = engine.gates.meter.use(flow);
  return {
    flowControlKey: flow.key,
    waitListSize: engine.waiting(flow.key),
    parallelismMax: flow.limits.parallelism ?? 0,
    parallelismCount: use.active,
    rateMax: flow.limits.rate ?? 0,
    rateCount: use.started,
    ratePeriod: flow.limits.periodS ?? 0,
    ratePeriodStart: Math.floor(use.periodStartMs / SECOND),
    isPaused: flow.paused,
    isPinnedParallelism: flow.pinnedParallelism,
    isPinnedRate: flow.pinnedRate,
  };
}

async function change(core: Core, call: Call): Promise<Reply> {
  const { journal, engine } = core;
  const key = param(call, 0);
  const flow = journal.tables.flows.get(key) ?? {
    key,
    limits: {},
    paused: false,
    pinnedParallelism: false,
    pinnedRate: false,
  };
  const verb = param(call, 1);
  const changed = changedFlow(flow, verb, call.query);
  if (verb === 'resetRate' || verb === 'pin') {
    engine.gates.meter.reset(key);
  }
  await journal.commit([put('flows', key, changed)]);
  engine.pump();
  return DONE;
}

function changedFlow(flow: Flow, verb: string, query: URLSearchParams): Flow {
  if (verb === 'pin') {
    return pinned(flow, query);
  }
  if (verb === 'unpin') {
    return {
      ...flow,
      pinnedParallelism: flow.pinnedParallelism && query.get('parallelism') !== 'true',
      pinnedRate: flow.pinnedRate && query.get('rate') !== 'true',
    };
  }
  return { ...flow, paused: verb === 'resetRate' ? flow.paused : verb === 'pause' };
}

function pinned(flow: Flow, query: URLSearchParams): Flow {
  const wanted = FlowLimits.safeParse({
    parallelism: number(query, 'parallelism'),
    rate: number(query, 'rate'),
    periodS: query.has('rate') ? (number(query, 'period') ?? 1) : undefined,
  });
  const named = query.has('parallelism') || query.has('rate');
  if (!(wanted.success && named)) {
    throw new Refusal(400, 'a pin needs parallelism or rate, each of 1 or more');
  }
  const { parallelism, rate, periodS } = wanted.data;
  return {
    ...flow,
    limits: {
      parallelism: parallelism ?? flow.limits.parallelism,
      rate: rate ?? flow.limits.rate,
      periodS: rate === undefined ? flow.limits.periodS : periodS,
    },
    pinnedParallelism: flow.pinnedParallelism || parallelism !== undefined,
    pinnedRate: flow.pinnedRate || rate !== undefined,
  };
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : Number(text);
}
