import { rm } from 'node:fs/promises';
import { installedBinaries, usableBinaries } from './postgres/binaries.js';
import { claimFolder } from './postgres/claim.js';
import { openCluster } from './postgres/cluster.js';
import { lastingPlace, type Place, temporaryPlace } from './postgres/place.js';
import { type Server, startServer } from './postgres/server.js';
import { watchOver } from './postgres/watchdog.js';

/** How a local Postgres keeps its data. */
export interface EmbeddedPostgresOptions {
  /** Made when it is missing, reused when it is there; without it the data is thrown away on stop. */
  readonly dataDir?: string;
  /** Whether a commit survives the machine's own crash; false is about twice as fast. */
  readonly durable: boolean;
}

/** What a client needs to connect as the superuser. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** A running local Postgres. */
export interface EmbeddedPostgres extends Connection {
  /** The server's process id. */
  readonly pid: number;
  /** Settles when the server has ended, asked to or not. */
  readonly ended: Promise<void>;
  /** Ends all sessions, writes what is left to write, and removes a temporary folder. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Start a PostgreSQL 18 from the binaries that npm installed.
 *
 * Works as root, too (the server then runs as uid 65534, or as the owner of existing data), with install
 * scripts off, and from a checkout that is read-only or closed to others. If this process is killed, the
 * server stops by itself; one that is still there when the folder is started again is stopped first.
 *
 * @throws {AppError} `conflict` when the folder is in use, `misconfigured` when Postgres cannot run here
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, durable } = options;
  const place = dataDir === undefined ? await temporaryPlace() : await lastingPlace(dataDir);
  const giveBack = await claimFolder(place.folder);
  try {
    const { initdb, postgres } = await usableBinaries(
      installedBinaries(),
      place.folder,
      place.user,
    );
    const { password } = await openCluster(place, initdb, durable);
    const server = await startServer(place, postgres, durable);
    return handle(server, password, place, giveBack);
  } catch (error) {
    await leave(place, giveBack);
    throw error;
  }
}

async function leave(place: Place, giveBack: () => Promise<void>): Promise<void> {
  await giveBack();
  if (place.temporary) await rm(place.folder, { recursive: true, force: true });
}

function handle(
  server: Server,
  password: string,
  place: Place,
  giveBack: () => Promise<void>,
): EmbeddedPostgres {
  const { pid, port, ended } = server;
  const endWatch = watchOver(pid, place);
  // The watchdog must not signal a process that was given the ended server's number.
  void ended.then(endWatch);
  let stopping: Promise<void> | undefined;
  const stop = () => server.stop().then(() => leave(place, giveBack));
  return {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    pid,
    ended,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
