import { spawn } from 'node:child_process';
import type { Place } from './place.js';

/**
 * Stops the server, and removes the folder of one that is thrown away, when its standard input ends.
 *
 * `$1` is the server's process, `$2` the folder to remove or nothing.
 */
const SCRIPT = `
read -r _
kill -INT "$1" 2>/dev/null
[ -n "$2" ] || exit 0
while kill -0 "$1" 2>/dev/null; do sleep 1; done
rm -rf "$2"
`;

/**
 * Make sure that a server does not outlive this process, however that ends.
 *
 * A small shell waits on a pipe which the system closes when this process is gone, killed or not.
 *
 * @returns ends the watch, once the server has been stopped in the ordinary way
 */
export function watchOver(serverPid: number, place: Place): () => void {
  const removed = place.temporary ? place.folder : '';
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', String(serverPid), removed], {
    ...place.user,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.unref();
  return () => {
    shell.kill('SIGKILL');
  };
}
