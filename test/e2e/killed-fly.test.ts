import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, startDoor } from '../support/door.js';
import { type FlyMachine, flyConfig, flyMachine } from '../support/fly/machine.js';
import { type FlyServer, startFlyServer } from '../support/fly-server.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import {
  accountOf,
  KILLED_SETTINGS,
  type KilledCase,
  killAmongWorse,
  register,
} from '../support/killed-rollbacks.js';

/** What a person asks for, and the image that runs when they do. */
const KINDS = [
  { kind: 'config', to: '01A', live: 'shop:1' },
  { kind: 'previous_state', to: 'shop:1', live: 'shop:2' },
] as const;

const CASES = KINDS.flatMap(({ kind, to, live }) =>
  (['first', 'second'] as const).flatMap((machine) =>
    [false, true].flatMap((undo) =>
      (['before', 'after'] as const).map((when) => ({ kind, to, live, machine, undo, when })),
    ),
  ),
).map(({ to, ...one }, i) => ({
  ...one,
  component: `f${i}`,
  order: { action: 'rollback', params: { rollback_type: one.kind, to } },
  isMeant: ({ method, path }) =>
    method === 'POST' && path.endsWith(`/machines/f${i}-${one.machine}`),
})) satisfies readonly KilledCase[];
type Case = (typeof CASES)[number];

let stack: KillableStack;
let fly: FlyServer;
let api: Door;
let asked: ReadonlyMap<string, string>;

const envOf = (variables: object) => ({ PRIMARY_REGION: 'fra', ...variables });
const GOOD = envOf({ POOL: '20' });
const BAD = envOf({ POOL: '2', EXTRA: 'x' });

beforeAll(async () => {
  fly = await startFlyServer({ token: 'fly_test', app: 'shop', machines: CASES.flatMap(machines) });
  api = await startDoor(fly.url);
  stack = await startKillableStack({
    settings: KILLED_SETTINGS,
    env: { FLY_API_URL: api.url, FLY_API_TOKEN: 'fly_test' },
  });
  await register(stack, CASES, ({ component }) => {
    return { platform: { type: 'fly', app: 'shop', process_group: component } };
  });
  asked = await killAmongWorse({ stack, api }, CASES, () => {
    for (const one of CASES) for (const machine of machinesOf(one)) deployWorse(machine, one);
  });
}, 300_000);

afterAll(async () => {
  await stack?.close();
  await api?.close();
  await fly?.close();
});

const configOf = ({ component }: Case, image: string, env: Readonly<Record<string, string>>) =>
  flyConfig(image, { env, metadata: { fly_process_group: component } });

/** The two machines of a case's process group. */
function machines(one: Case): FlyMachine[] {
  const config = configOf(one, 'shop:1', GOOD);
  return ['first', 'second'].map((name, order) =>
    flyMachine(order, {
      id: `${one.component}-${name}`,
      name: `${one.component}-${name}`,
      instance_id: '01A',
      config,
      versions: [{ version: '01A', user_config: config }],
    }),
  );
}

const machinesOf = ({ component }: Case): FlyMachine[] =>
  fly.machines.filter(({ id }) => id.startsWith(`${component}-`));

/** Give a machine other variables, and of a whole state another image, as somebody else. */
function deployWorse(machine: FlyMachine, one: Case): void {
  const config = configOf(one, one.live, BAD);
  const timestamp = Date.now();
  machine.instance_id = '01B';
  machine.config = config;
  machine.versions.unshift({ version: '01B', user_config: config });
  machine.events.unshift(
    { type: 'start', status: 'started', source: 'flyd', timestamp: timestamp + 1 },
    { type: 'update', status: 'replacing', source: 'user', timestamp },
  );
}

describe.each(KINDS)('the functions, killed in a rollback of the $kind at Fly.io', ({ kind }) => {
  const own = CASES.filter((one) => one.kind === kind);

  it.each(own)('$when the $machine machine (undo: $undo): end whole, told once', async (one) => {
    expect(await accountOf(stack, asked.get(one.component))).toEqual({
      state: 'succeeded',
      error: null,
      told: [{ type: 'automatic_rollback', success: true }],
      rollbacks: [true],
    });
    const wished = one.undo ? configOf(one, one.live, BAD) : configOf(one, 'shop:1', GOOD);
    expect(machinesOf(one).map(({ config }) => config)).toEqual([wished, wished]);
    const updates = fly.effects.filter((effect) => effect.startsWith(`update ${one.component}-`));
    expect(updates).toHaveLength(one.undo ? 4 : 2);
  });
});
