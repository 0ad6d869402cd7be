import { type Backoff, backoffMs } from './backoff.js';
import type { Notify } from './notice.js';
import type { Outbox } from './outbox.js';
import type { Push, Pushed } from './push.js';
import { settledWithin } from './settled-within.js';

/** Empties the outbox, now or later. */
export interface Pusher {
  /** Push what waits, unless a wait after a failure is under way. */
  kick(): void;
  /** Push what waits once more, whatever was before; done after `mostMs` at the latest. */
  flush(mostMs: number): Promise<void>;
  /** Stop for good: no timer, no request is left. */
  close(): void;
}

/** What a pusher works with. */
export interface PusherDeps {
  readonly outbox: Outbox;
  readonly push: Push;
  readonly notify: Notify;
  readonly onStored: (answer: Extract<Pushed, { kind: 'stored' }>) => void;
  readonly backoff: Backoff;
  /** Waits while the key or the address is refused: nothing that passes by itself. */
  readonly refusedBackoff: Backoff;
  /** Time for one push, the answer included. */
  readonly timeoutMs: number;
  readonly random: () => number;
}

/** Requests under way, each with its own time-out, that can be called off together. */
function createSender(push: Push, outbox: Outbox) {
  const active = new Set<AbortController>();
  return {
    async send(timeoutMs: number): Promise<{ key: string; pushed: Pushed } | null> {
      const batch = outbox.batch();
      if (batch === null) return null;
      const controller = new AbortController();
      const abort = () => controller.abort(new DOMException('no answer in time', 'TimeoutError'));
      const timer = setTimeout(abort, timeoutMs);
      timer.unref();
      active.add(controller);
      const pushed = await push(batch, controller.signal);
      active.delete(controller);
      clearTimeout(timer);
      return { key: batch.key, pushed };
    },
    abort() {
      for (const controller of active) controller.abort();
    },
  };
}

/** Settle a batch by its answer; answers whether the next batch may follow at once. */
function settle(deps: PusherDeps, key: string, pushed: Pushed): boolean {
  const { outbox, notify } = deps;
  switch (pushed.kind) {
    case 'stored':
      outbox.settle(key);
      if (pushed.rejected > 0) notify({ kind: 'samples_rejected', count: pushed.rejected });
      deps.onStored(pushed);
      return true;
    case 'bad_batch': {
      const { status, why } = pushed;
      notify({ kind: 'batch_rejected', status, why, ...outbox.reject(key) });
      return false;
    }
    default:
      return false;
  }
}

/** The wait after a failed push, told. */
function waitAfter(deps: PusherDeps, pushed: Pushed, failures: number): number {
  const patient = pushed.kind === 'refused' ? deps.refusedBackoff : deps.backoff;
  const askedMs = pushed.kind === 'later' ? pushed.retryAfterS * 1000 : 0;
  const waitMs = Math.max(askedMs, backoffMs(patient, failures, deps.random()));
  const retryInS = Math.round(waitMs) / 1000;
  if (pushed.kind === 'later') deps.notify({ kind: 'push_failed', why: pushed.why, retryInS });
  if (pushed.kind === 'refused') {
    const { status, why } = pushed;
    deps.notify({ kind: 'push_refused', status, why, retryInS });
  }
  return waitMs;
}

/** The one wait that a pusher may be in; it keeps no process alive. */
function createWait() {
  let timer: NodeJS.Timeout | null = null;
  const cancel = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    isUnderWay: () => timer !== null,
    cancel,
    begin(waitMs: number, then: () => void) {
      cancel();
      timer = setTimeout(() => {
        timer = null;
        then();
      }, waitMs);
      timer.unref();
    },
  };
}

/**
 * Push batches one after another, until nothing waits or one fails; then wait, longer each time.
 *
 * One request at a time. What is left out by a failure stays in the outbox.
 */
export function createPusher(deps: PusherDeps): Pusher {
  const { outbox, notify } = deps;
  const sender = createSender(deps.push, outbox);
  const wait = createWait();
  let running: Promise<void> | null = null;
  let failures = 0;
  let isClosed = false;
  function note(pushed: Pushed): void {
    if (pushed.kind === 'stored') {
      if (failures > 0) notify({ kind: 'push_recovered' });
      failures = 0;
    } else {
      failures += 1;
      const waitMs = waitAfter(deps, pushed, failures);
      if (!isClosed) wait.begin(waitMs, kick);
    }
  }
  async function drain(): Promise<void> {
    let goesOn = true;
    while (goesOn && !isClosed && outbox.batch() !== null) {
      const sent = await sender.send(deps.timeoutMs);
      goesOn = sent !== null && settle(deps, sent.key, sent.pushed);
      if (sent !== null) note(sent.pushed);
    }
  }
  function kick(): void {
    if (isClosed || wait.isUnderWay() || running !== null || outbox.batch() === null) return;
    running = drain().finally(() => {
      running = null;
      // What came between the last look and now must not wait for another kick.
      kick();
    });
  }
  return {
    kick,
    async flush(mostMs) {
      const endsAt = performance.now() + mostMs;
      await settledWithin(running ?? Promise.resolve(), mostMs);
      const sent = await sender.send(Math.max(endsAt - performance.now(), 1));
      if (sent !== null) settle(deps, sent.key, sent.pushed);
    },
    close() {
      isClosed = true;
      wait.cancel();
      sender.abort();
    },
  };
}
