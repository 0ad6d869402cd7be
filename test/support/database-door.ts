import { inject } from 'vitest';
import { type NeonHttp, startNeonHttp } from '../../lib/local/neon-http.js';

/**
 * Open a way to the tests' database that a test may shut and open again.
 *
 * @param port - the one to listen on, so that what was shut can be opened where it was; 0 is any
 */
export function openDatabaseDoor(port = 0): Promise<NeonHttp> {
  const { host, port: pgPort, user, password } = inject('testServer');
  return startNeonHttp({ server: { host, port: pgPort, user, password }, port });
}
