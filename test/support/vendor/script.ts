/** How the next call of an operation is answered. Without `status`, `body` or `ending` as it would be anyway. */
export interface NextAnswer {
  /** Answered instead of what was done; nothing is done then, unless `effect` says so. */
  readonly status?: number;
  /** Sent as it is, also where the description forbids it: a string raw, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether what was asked is done; by default unless there is a `status`, or the connection drops. */
  readonly effect?: boolean;
  /** How long the answer waits, milliseconds; `hold` does without a clock. */
  readonly delayMs?: number;
  /**
   * `drop`: the connection breaks without an answer. `cut`: it breaks within the body. `hang`: no answer
   * ever. `stall`: the head is sent, the body never ends.
   */
  readonly ending?: 'drop' | 'cut' | 'hang' | 'stall';
}

/** A call that stands still until it is released. */
export interface Hold {
  /** Resolves once a call has come as far as that. */
  readonly reached: Promise<void>;
  release(): void;
}

/** What was arranged for the calls to come. */
export interface Script {
  /** Arrange the next call's answer; several are used up in order. */
  answerNext(operation: string, answer: NextAnswer): void;
  take(operation: string): NextAnswer;
  /** Make the next call stand still before it does anything, or after it has, before it answers. */
  hold(operation: string, when?: 'before' | 'after'): Hold;
  pass(operation: string, when: 'before' | 'after'): Promise<void>;
}

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/** Make an empty script. */
export function vendorScript(): Script {
  const answers = new Map<string, NextAnswer[]>();
  const holds = new Map<string, { arrive: () => void; released: Promise<void> }[]>();
  const add = <T>(map: Map<string, T[]>, key: string, value: T): void => {
    map.set(key, [...(map.get(key) ?? []), value]);
  };
  return {
    answerNext: (operation, answer) => add(answers, operation, answer),
    take: (operation) => answers.get(operation)?.shift() ?? {},
    hold(operation, when = 'before') {
      const arrival = gate();
      const exit = gate();
      add(holds, `${when} ${operation}`, { arrive: arrival.open, released: exit.opened });
      return { reached: arrival.opened, release: exit.open };
    },
    async pass(operation, when) {
      const hold = holds.get(`${when} ${operation}`)?.shift();
      hold?.arrive();
      await hold?.released;
    },
  };
}
