/** Where one line tells how far a command has come. */
export interface Progress {
  show(text: string): void;
  /** Leave the line behind. */
  end(): void;
}

/** What a terminal or a file is, as far as it matters here. */
interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds between two lines where each of them stays. */
const PAUSE_MS = 5000;

/** Tell how far a command has come: on a terminal by a line that is written over, else now and then. */
export function openProgress(screen: Screen, now: () => number = Date.now): Progress {
  let isBegun = false;
  let nextAt = now() + PAUSE_MS;
  return {
    show(text) {
      if (screen.isTTY === true) {
        screen.write(`\r${text}\x1b[K`);
        isBegun = true;
      } else if (now() >= nextAt) {
        screen.write(`${text}\n`);
        nextAt = now() + PAUSE_MS;
      }
    },
    end() {
      if (isBegun) screen.write('\r\x1b[K');
      isBegun = false;
    },
  };
}
