import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { isRoot } from "./postgres/account.ts";
import { explainFailure } from "./postgres/failure.ts";
import { deletePostgres, ensureDatabases, startPostgres } from "./postgres.ts";
import type { PostgresOptions, PostgresServer } from "./postgres.ts";
import { isAlive } from "./postgres/process-facts.ts";
import { StartupProblem } from "./startup-problem.ts";

// Most tests change what a killed or unlucky process leaves behind, then start again on the same folder.
let folder: string;
let dataDir: string;
let running: PostgresServer | undefined;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tradepost-launcher-"));
  await chmod(folder, 0o755);
  dataDir = join(folder, "shop's data");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await running?.stop();
  running = undefined;
});

afterAll(async () => {
  await deletePostgres(dataDir);
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
  running = await startPostgres({ dataDir, ...options });
  return running;
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

type Owner = { readonly owner: ChildProcess; readonly url: string; readonly postmaster: number };

/** A second process that starts PostgreSQL on `dataDir` and then does `next`: unless told, waits to be killed. */
async function startOwner(next = "setInterval(() => {}, 1000)"): Promise<Owner> {
  const module = JSON.stringify(new URL("postgres.ts", import.meta.url).href);
  const code = `const { startPostgres, ensureDatabases } = await import(${module});
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    const urls = await ensureDatabases(server, ["orders"]);
    const { readFileSync } = await import("node:fs");
    const pid = readFileSync(server.dataDir + "/postgres/postmaster.pid", "utf8").split("\\n")[0];
    console.log(urls.get("orders") + " " + pid);
    ${next};`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(owner);
  const [line] = (await once(owner.stdout!, "data")) as [Buffer];
  const [url, pid] = line.toString().trim().split(" ");
  return { owner, url: url!, postmaster: Number(pid) };
}

async function killOwner(): Promise<Owner> {
  const started = await startOwner();
  started.owner.kill("SIGKILL");
  await once(started.owner, "exit");
  return started;
}

async function problemOf(starting: Promise<unknown>): Promise<string> {
  const error = await starting.then(
    () => new Error("it started"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartupProblem);
  return (error as StartupProblem).message;
}

describe("the embedded PostgreSQL", { timeout: 20_000 }, () => {
  it("gives each service a database that no other service can enter", async () => {
    const server = await start();
    const urls = await ensureDatabases(server, ["orders", "payments", "orders"]);
    await ask(urls.get("orders")!, "create table parcel as select 7 as id");
    expect([...urls.keys()]).toEqual(["orders", "payments"]);
    for (const other of ["payments", "postgres", "template1"]) {
      await expect(ask(server.url(other, "orders"), "select 1")).rejects.toThrow("permission denied for database");
    }
    await expect(ask(urls.get("orders")!.replace(/:[^:@]+@/, ":guess@"), "select 1")).rejects.toThrow("password");
  });

  it("keeps data and addresses' passwords over a stop, and never trades durability for speed", async () => {
    const server = await start();
    const urls = await ensureDatabases(server, ["orders"]);
    expect(await ask(urls.get("orders")!, "select id from parcel")).toEqual([7]);
    const safety = `select current_setting(name) from unnest('{fsync,full_page_writes,synchronous_commit,data_checksums}'::text[]) name`;
    expect(await ask(server.adminUrl, safety)).toEqual(["on", "on", "on", "on"]);
    expect(await ask(server.adminUrl, "show server_encoding")).toEqual(["UTF8"]);
    expect((await stat(join(dataDir, "secrets.json"))).mode & 0o077).toBe(0);
  });

  it("refuses names that are no plain database names", async () => {
    const server = await start();
    for (const name of ["postgres", "template1", "pg_x", "Orders", 'a"b', ""]) {
      await expect(ensureDatabases(server, [name])).rejects.toThrow(RangeError);
    }
  });

  it("ends with an owner that leaves without stopping it", async () => {
    const { postmaster } = await startOwner("process.exit()");
    await vi.waitUntil(() => !isAlive(postmaster), { timeout: 5_000 });
  });

  it("takes over the server of an owner that was killed", async () => {
    const { url, postmaster } = await killOwner();
    const server = await start();
    expect(server.adopted).toBe(true);
    expect(await ask(url, "select id from parcel")).toEqual([7]);
    await server.stop();
    expect(await server.exited).toEqual({ code: null });
    await expect(stat(join(dataDir, "postgres/postmaster.pid"))).rejects.toThrow("ENOENT");
    expect(isAlive(postmaster)).toBe(false);
  });

  it("starts anew when the server of a killed owner no longer answers", async () => {
    const { postmaster } = await killOwner();
    process.kill(postmaster, "SIGSTOP");
    const startedAt = Date.now();
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(await ask((await ensureDatabases(server, ["orders"])).get("orders")!, "select id from parcel")).toEqual([7]);
  });

  it("starts anew when the server of a killed owner has other settings", async () => {
    await killOwner();
    const server = await start({ settings: { work_mem: "5MB" } });
    expect(server.adopted).toBe(false);
    expect(await ask(server.adminUrl, "show work_mem")).toEqual(["5MB"]);
  });

  it("refuses a folder that a living process uses, and says which", async () => {
    const { owner } = await startOwner();
    expect(await problemOf(start())).toBe(
      `The data folder ${dataDir} is in use by pid ${owner.pid}. Stop it, or set TRADEPOST_DATA_DIR to another folder.`,
    );
    expect(await problemOf(deletePostgres(dataDir))).toContain(`in use by pid ${owner.pid}`);
    owner.kill("SIGKILL");
    await once(owner, "exit");
    expect((await start()).adopted).toBe(true);
    expect(await problemOf(startPostgres({ dataDir }))).toContain(`in use by pid ${process.pid}`);
  });

  it("is not blocked by notes of dead processes whose pids live again", async () => {
    const { uid, gid } = await stat(join(dataDir, "postgres"));
    const stranger = spawn("sleep", ["1000"], {
      // Not our own Node: it may lie where that user cannot reach it.
      ...(isRoot() && { uid, gid }),
      cwd: "/",
    });
    children.push(stranger);
    await writeFile(join(dataDir, "owner.json"), JSON.stringify({ pid: process.ppid, launch: "old" }));
    const lines = [stranger.pid, join(dataDir, "postgres"), 1, 5432, "", "127.0.0.1", "", "ready"];
    await writeFile(join(dataDir, "postgres/postmaster.pid"), lines.join("\n"));
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(stranger.exitCode).toBeNull();
  });

  it("tells of a crash, and starts again on the same address", async () => {
    const server = await start();
    const url = (await ensureDatabases(server, ["orders"])).get("orders")!;
    const pidFile = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8");
    process.kill(Number(pidFile.split("\n")[0]), "SIGKILL");
    expect(await server.exited).toEqual({ code: null });
    await server.restart();
    expect(await ask(url, "select id from parcel")).toEqual([7]);
  });

  it("makes new passwords when secrets.json is lost, and keeps the data", async () => {
    await rm(join(dataDir, "secrets.json"));
    const server = await start();
    const urls = await ensureDatabases(server, ["orders"]);
    expect(await ask(urls.get("orders")!, "select id from parcel")).toEqual([7]);
  });

  it("leaves nothing half-made when initdb was killed", async () => {
    const draft = join(dataDir, "postgres.draft-0bad");
    await mkdir(join(draft, "base"), { recursive: true });
    await start();
    await expect(stat(draft)).rejects.toThrow("ENOENT");
  });
});

describe("a start that cannot succeed says why", { timeout: 20_000 }, () => {
  it("names a folder that is not writable", async () => {
    const closed = isRoot() ? "/sys" : join(folder, "closed");
    if (!isRoot()) await mkdir(closed, { mode: 0o555 });
    expect(await problemOf(startPostgres({ dataDir: join(closed, "data") }))).toMatch(/not writable|read-only/);
  });

  it("names a path that is a file", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    expect(await problemOf(startPostgres({ dataDir: join(file, "data") }))).toContain("is not a folder");
    expect(await problemOf(startPostgres({ dataDir: file }))).toContain("is not a folder");
  });

  it("names a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    expect(await problemOf(start({ settings: { port: String(port) } }))).toContain("port of PostgreSQL is taken");
    other.close();
  });

  it("names a setting that PostgreSQL does not know", async () => {
    expect(await problemOf(start({ settings: { wrok_mem: "1MB" } }))).toContain(
      'unrecognized configuration parameter "wrok_mem"',
    );
  });

  it("names the version of a cluster that another PostgreSQL made", async () => {
    const file = join(dataDir, "postgres/PG_VERSION");
    await writeFile(file, "17\n");
    expect(await problemOf(start())).toContain("was made by PostgreSQL 17 and this release runs 18");
    await writeFile(file, "18\n");
  });

  it("names a full disk", () => {
    const home = { dataDir, cluster: join(dataDir, "postgres"), folder: dataDir, account: undefined };
    const said = `2026-11-20 21:00:00 UTC [1] FATAL:  could not write to file "pg_wal/xlogtemp.9": No space left on device`;
    expect(explainFailure(said, home).problem.message).toContain(`The disk that holds ${dataDir} is full.`);
  });

  it("names a damaged cluster", async () => {
    await truncate(join(dataDir, "postgres/global/pg_control"), 100);
    expect(await problemOf(start())).toMatch(/is damaged .*Restore it from a backup/);
  });
});
