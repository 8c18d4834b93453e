import { createHash } from "node:crypto";
import pg from "pg";
import { prepareBinaries } from "./postgres/binaries.ts";
import type { Binaries } from "./postgres/binaries.ts";
import { ensureCluster } from "./postgres/cluster.ts";
import { openHome, removeHome, socketFolderOf } from "./postgres/home.ts";
import { addressOf, adoptOrStop, stopOrphan } from "./postgres/orphan.ts";
import { takeOwnership } from "./postgres/owner.ts";
import type { Ownership } from "./postgres/owner.ts";
import { launchPostmaster } from "./postgres/process.ts";
import type { Launch, Postmaster } from "./postgres/process.ts";
import { ADMIN_ROLE, makePassword, openSecrets } from "./postgres/secrets.ts";
import type { Secrets } from "./postgres/secrets.ts";
import { signalPostmaster, stopPostmaster } from "./postgres/stop.ts";
import { diskFullSentence, StartupProblem } from "./startup-problem.ts";

export type PostgresServer = {
  /** Address of `database` for `role`, by its socket where there is one (a quarter less work than TCP); throws for a
   *  role that `ensureDatabases` has not made. */
  readonly url: (database: string, role: string) => string;
  /** Address of the maintenance database for the server's owner. */
  readonly adminUrl: string;
  readonly port: number;
  /** True when a server left by a killed process was taken over instead of started. */
  readonly adopted: boolean;
  /** The data folder, absolute. */
  readonly dataDir: string;
  readonly secrets: Secrets;
  /** Resolves when the server that runs now is gone, for whatever reason, `stop()` too. After `restart()` ask again. */
  readonly exited: Promise<{ readonly code: number | null }>;
  /** Starts it again on the same port, so that addresses stay valid; stops it first when it runs. Throws a StartupProblem. */
  restart(): Promise<void>;
  /** Ends sessions, writes everything, gives the data folder free. Safe to repeat. */
  stop(): Promise<void>;
};

export type PostgresOptions = {
  /** Everything is kept here; made when missing. */
  readonly dataDir: string;
  readonly log?: (line: string) => void;
  /** Server settings by PostgreSQL's names, over the defaults below. `port` fixes the port; else a free one is taken. */
  readonly settings?: Readonly<Record<string, string>>;
};

// fsync, full_page_writes and synchronous_commit stay at their default, on.
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  max_connections: "200",
  shared_buffers: "128MB",
  effective_cache_size: "1GB",
  work_mem: "8MB",
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  // A killed owner's statements end within a second, so that they hold no locks against the next one.
  client_connection_check_interval: "1s",
  // Details and statements carry values, which may be personal data.
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  log_checkpoints: "off",
};

const STOP_LIMITS = { fastMs: 20_000, immediateMs: 5_000 };
const NO_LOG = () => {};

/** Starts the embedded PostgreSQL on `dataDir`: makes the cluster on the first start, takes over or stops a server that a killed
 *  process left, and refuses a folder that a living process uses. Throws a StartupProblem with one plain sentence. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const log = options.log ?? NO_LOG;
  const home = await openHome(options.dataDir, log);
  const ownership = await takeOwnership(home);
  try {
    const binaries = await prepareBinaries(home.account);
    const secrets = await openSecrets(home.dataDir);
    const socketFolder = socketFolderOf(home);
    const sockets: Readonly<Record<string, string>> = {
      unix_socket_directories: socketFolder === undefined ? "" : quotedInList(socketFolder),
    };
    const { port, ...settings } = { ...SETTINGS, ...sockets, ...options.settings };
    const launch: Launch = { home, binaries, settings, port: port === undefined ? undefined : Number(port), log };
    const facts = { launch: fingerprint(binaries, options.settings ?? {}) };
    const orphan = await adoptOrStop(launch, secrets, ownership.previous?.launch === facts.launch);
    if (orphan === undefined) {
      await ensureCluster(home, binaries, secrets, { isDurable: settings["fsync"] !== "off" });
      await ownership.note(facts);
    }
    const postmaster = orphan ?? (await launchPostmaster(launch));
    return serve({ launch, secrets, ownership, postmaster, adopted: orphan !== undefined, socketFolder });
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/** The setting is a list of folders separated by commas. */
function quotedInList(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

function fingerprint(binaries: Binaries, settings: Readonly<Record<string, string>>): string {
  const parts = [binaries.version, SETTINGS, Object.entries(settings).toSorted()];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

type Running = {
  readonly launch: Launch;
  readonly secrets: Secrets;
  readonly ownership: Ownership;
  readonly postmaster: Postmaster;
  readonly adopted: boolean;
  readonly socketFolder: string | undefined;
};

function serve({ launch, secrets, ownership, postmaster: first, adopted, socketFolder }: Running): PostgresServer {
  let postmaster = first;
  let stopping: Promise<void> | undefined;
  let restarting: Promise<void> = Promise.resolve();
  // An owner that leaves without stop() takes the server along. Only a killed one leaves it to the next owner.
  const leave = () => signalPostmaster(postmaster, launch.binaries, "INT");
  process.once("exit", leave);
  const url = (database: string, role: string) => {
    const password = secrets.find(role);
    if (password === undefined) throw new Error(`No role ${role} is known; ensureDatabases makes it.`);
    return addressOf({ port: first.port, database, role, password, socketFolder });
  };
  const restart = async () => {
    if (stopping !== undefined) throw new Error("PostgreSQL was stopped; start a new one.");
    await stopPostmaster(postmaster, launch.binaries, STOP_LIMITS);
    postmaster = await launchPostmaster({ ...launch, port: first.port });
  };
  const stop = async () => {
    await restarting.catch(NO_LOG); // its caller hears of it
    await stopPostmaster(postmaster, launch.binaries, STOP_LIMITS);
    process.off("exit", leave);
    await ownership.release();
  };
  return {
    url,
    adminUrl: url("postgres", ADMIN_ROLE),
    port: first.port,
    adopted,
    dataDir: launch.home.dataDir,
    secrets,
    get exited() {
      return postmaster.exited;
    },
    restart: () => (restarting = restarting.catch(NO_LOG).then(restart)),
    stop: () => (stopping ??= stop()),
  };
}

/** Deletes the database, its passwords and its log for ever. Refuses while a process uses it; stops a server left behind.
 *  Safe to repeat. */
export async function deletePostgres(dataDir: string): Promise<void> {
  const home = await openHome(dataDir, NO_LOG);
  const ownership = await takeOwnership(home);
  try {
    await stopOrphan(home, await prepareBinaries(home.account));
    await removeHome(home);
  } finally {
    await ownership.release();
  }
}

/** Creates a database and a login role for each name; only that role (and the server's owner) may connect to it. The passwords
 *  are kept in secrets.json. Answers name → address. Quick when all exist; safe to repeat. */
export async function ensureDatabases(
  server: PostgresServer,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(names)];
  for (const name of wanted) checkName(name);
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    const missing = await findMissing(client, wanted);
    await ensureRoles(client, server.secrets, wanted, missing.roles);
    for (const name of missing.databases) await client.query(`create database ${quoted(name)} owner ${quoted(name)}`);
    for (const name of missing.closed) {
      await client.query(`revoke connect, temporary on database ${quoted(name)} from public`);
    }
  } catch (error) {
    const isDiskFull = error instanceof pg.DatabaseError && error.code === "53100";
    throw isDiskFull ? new StartupProblem(diskFullSentence(server.dataDir), { cause: error }) : error;
  } finally {
    await client.end();
  }
  return new Map(wanted.map((name) => [name, server.url(name, name)]));
}

type Missing = {
  readonly roles: ReadonlySet<string>;
  readonly databases: readonly string[];
  readonly closed: readonly string[];
};

async function findMissing(client: pg.Client, wanted: readonly string[]): Promise<Missing> {
  const { rows } = await client.query<{ name: string; hasRole: boolean; hasDatabase: boolean; isOpen: boolean }>(
    `select name, r.oid is not null as "hasRole", d.oid is not null as "hasDatabase",
            coalesce(has_database_privilege('public', d.oid, 'connect'), true) as "isOpen"
     from unnest($1::text[] || '{postgres,template1}') as name
     left join pg_roles r on r.rolname = name
     left join pg_database d on d.datname = name`,
    [wanted],
  );
  return {
    roles: new Set(rows.filter((row) => !row.hasRole).map((row) => row.name)),
    databases: rows.filter((row) => !row.hasDatabase).map((row) => row.name),
    closed: rows.filter((row) => row.isOpen).map((row) => row.name),
  };
}

async function ensureRoles(
  client: pg.Client,
  secrets: Secrets,
  wanted: readonly string[],
  missing: ReadonlySet<string>,
): Promise<void> {
  const added = new Map<string, string>();
  for (const role of wanted) {
    const known = secrets.find(role);
    if (known !== undefined && !missing.has(role)) continue;
    const password = known ?? makePassword();
    const verb = missing.has(role) ? "create" : "alter";
    await client.query(`${verb} role ${quoted(role)} login password ${pg.escapeLiteral(password)}`);
    if (known === undefined) added.set(role, password);
  }
  if (added.size > 0) await secrets.add(added);
}

function checkName(name: string): void {
  const isTaken = ["postgres", "template0", "template1", "public"].includes(name) || name.startsWith("pg_");
  if (isTaken || !/^[a-z][a-z0-9_-]{0,62}$/.test(name)) {
    throw new RangeError(`"${name}" cannot name a database: lower-case letters, digits, - and _, at most 63.`);
  }
}

function quoted(name: string): string {
  return pg.escapeIdentifier(name);
}
