/**
 * What a publisher asked for: the request's `upstash-*` headers and its content type, names in
 * lower case. Kept as sent, because a retry from the dead letters may override any of them.
 */
export type MessageOptions = Readonly<Record<string, string>>;

// Headers of the request itself that say nothing about the message.
const NOT_OPTIONS = ['upstash-cron', 'upstash-schedule-id', 'upstash-queue-name'];

/** Pick the message's options out of a request's headers. */
export function pickOptions(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): MessageOptions {
  const options: Record<string, string> = {};
  for (const [rawName, value] of Object.entries(headers)) {
    const name = rawName.toLowerCase();
    const wanted = name === 'content-type' || name.startsWith('upstash-');
    if (wanted && value !== undefined && !name.startsWith('upstash-telemetry-')) {
      options[name] = typeof value === 'string' ? value : value.join(', ');
    }
  }
  return options;
}

/** Leave out what concerns only the moment of publishing: delays, deduplication, the schedule. */
export function withoutTiming(options: MessageOptions): MessageOptions {
  const timing = [
    'upstash-delay',
    'upstash-not-before',
    'upstash-deduplication-id',
    'upstash-content-based-deduplication',
  ];
  return omit(options, timing);
}

/** Leave out the headers that describe a schedule rather than its messages. */
export function withoutSchedule(options: MessageOptions): MessageOptions {
  return omit(options, [
    ...NOT_OPTIONS,
    'upstash-deduplication-id',
    'upstash-content-based-deduplication',
    'upstash-not-before',
  ]);
}

/**
 * Take the options under a prefix and rename them: with `upstash-callback-` the header
 * `upstash-callback-retries` becomes `upstash-retries`.
 */
export function optionsUnder(options: MessageOptions, prefix: string): MessageOptions {
  const under: Record<string, string> = {};
  for (const [name, value] of Object.entries(options)) {
    if (name.startsWith(prefix)) {
      under[`upstash-${name.slice(prefix.length)}`] = value;
    }
  }
  return under;
}

function omit(options: MessageOptions, names: readonly string[]): MessageOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}
