/** What a machine is configured to run. */
export interface FlyConfig {
  readonly image: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts?: readonly object[];
  readonly services?: readonly object[];
}

/** A machine as Fly.io keeps it. */
export interface FlyMachine {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly created_at: string;
  state: string;
  instance_id: string;
  config: FlyConfig;
  /** Newest first. */
  events: {
    type: string;
    status: string;
    source: string;
    timestamp: number;
    request?: object;
  }[];
  /** Newest first; not part of what the API shows of a machine. */
  versions: { version: string; user_config: FlyConfig }[];
}

/** A configuration of the process group `app` with some image. */
export function flyConfig(image: string, given: Partial<FlyConfig> = {}): FlyConfig {
  return {
    image,
    metadata: { fly_process_group: 'app', fly_platform_version: 'v2' },
    env: { PRIMARY_REGION: 'fra' },
    ...given,
  };
}

/**
 * A machine that runs `shop:2`, and ran `shop:1` before.
 *
 * @param order - a greater one is newer; minutes since some instant
 */
export function flyMachine(order: number, given: Partial<FlyMachine> = {}): FlyMachine {
  const at = Date.UTC(2026, 2, 1) + order * 60_000;
  return {
    id: `m${order}`,
    name: `machine-${order}`,
    region: 'fra',
    created_at: new Date(at).toISOString(),
    state: 'started',
    instance_id: '01B',
    config: flyConfig('shop:2'),
    events: [
      { type: 'start', status: 'started', source: 'flyd', timestamp: at + 2000 },
      { type: 'launch', status: 'created', source: 'user', timestamp: at },
    ],
    versions: [
      { version: '01B', user_config: flyConfig('shop:2') },
      { version: '01A', user_config: flyConfig('shop:1') },
    ],
    ...given,
  };
}
