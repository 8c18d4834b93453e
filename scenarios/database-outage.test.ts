import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deletePostgres } from "#platform/postgres";
import { DatabaseServer } from "#platform/testing-database-server";
import { Buyers, expectBooksToAgree } from "./buyers.ts";
import { stockShop } from "./shop.ts";
import { failToStart, startShopProcess, type ShopProcess } from "./shop-process.ts";
import { eventually } from "./eventually.ts";
import { fillDisk, mountSmallDisk, unmountDisk } from "./small-disk.ts";

const BUYERS = 16;
const ON_HAND = 1_000;
const DISK_MEGABYTES = 600;

let dataDir: string;
let shop: ShopProcess;
let server: DatabaseServer;
let whyNoSmallDisk: unknown;
let sold = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tradepost-outage-"));
  try {
    mountSmallDisk(dataDir, DISK_MEGABYTES);
  } catch (error) {
    whyNoSmallDisk = error;
  }
  shop = await startShopProcess(dataDir);
  server = new DatabaseServer(dataDir);
  await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: ON_HAND }]);
});
afterAll(async () => {
  await shop?.end("SIGTERM");
  await deletePostgres(dataDir);
  if (whyNoSmallDisk === undefined) unmountDisk(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

let printedBefore = 0;
beforeEach(() => void (printedBefore = shop.printed().length));

const statusOf = async (path: string) =>
  (await fetch(`${shop.url}${path}`, { signal: AbortSignal.timeout(20_000) })).status;
const isReady = () =>
  eventually(
    () => statusOf("/readyz"),
    (status) => status === 200,
    60_000,
  );
const isUnready = () =>
  eventually(
    () => statusOf("/readyz"),
    (status) => status === 503,
    30_000,
  );

async function buyersFor(keys: string): Promise<Buyers> {
  const buyers = new Buyers(shop, keys);
  await buyers.arrive(BUYERS, "MUG");
  return buyers;
}

/** All buyers got what they bought, once, told nothing worse than "later"; the process is the one that was started. */
async function expectNothingLost(buyers: Buyers, buying: ReturnType<Buyers["buy"]>): Promise<void> {
  const orders = await buying;
  sold += orders.length;
  expect(orders).toHaveLength(BUYERS);
  await isReady();
  await expectBooksToAgree(shop, { sku: "MUG", left: ON_HAND - sold, orders });
  expect(buyers.complaints).toEqual([]);
  expect(shop.child.exitCode).toBeNull();
  const lines = shop.printed().slice(printedBefore).split("\n");
  expect(lines.filter((line) => line.includes('"request failed"'))).toEqual([]);
  expect(lines.filter((line) => line.includes('"requests are refused for now"')).length).toBeLessThan(3);
}

/** Sessions of the services, by database. */
const SESSIONS = "select pid from pg_stat_activity where backend_type = 'client backend' and datname <> 'postgres'";

describe("a process whose database", { timeout: 180_000 }, () => {
  it("is killed and comes back loses nothing and goes on by itself", async () => {
    const buyers = await buyersFor("killed");
    const buying = buyers.buy();
    await eventually(
      async () => buyers.told.get(201) ?? 0,
      (count) => count > 2,
    );
    const letItStart = server.killForNow();
    try {
      await expectEverybodyPutOff(buyers);
    } finally {
      letItStart();
    }
    await isReady();
    await expectNothingLost(buyers, buying);
    expect(buyers.told.get(503)).toBeGreaterThan(0);
  });

  it("loses connections again and again, in the middle of anything, loses nothing", async () => {
    const buyers = await buyersFor("cut");
    const admin = await server.connect();
    const random = randomFrom(20_261_125);
    let isOver = false;
    const buying = buyers.buy().finally(() => (isOver = true));
    let cuts = 0;
    for (let round = 0; round < 40 && !isOver; round++) {
      const { rows } = await admin.query<{ pid: number }>(SESSIONS);
      for (const { pid } of rows.filter(() => random() < 0.3)) {
        await admin.query("select pg_terminate_backend($1)", [pid]);
        cuts += 1;
      }
    }
    await admin.end();
    expect(cuts).toBeGreaterThan(20);
    await expectNothingLost(buyers, buying);
  });

  it("is held up by locks of somebody else tells everybody in time, and goes on when they are freed", async () => {
    const buyers = await buyersFor("locked");
    const tables = { orders: "orders", inventory: "stock, reservation", payments: "payment" };
    for (const [database, names] of Object.entries(tables)) {
      const stranger = await server.connect(database);
      await stranger.query(`begin; lock table ${names} in access exclusive mode`);
      await buyers.ask();
      await stranger.query("rollback");
      await stranger.end();
    }
    expect(buyers.told.get(503)).toBeGreaterThan(0);
    await expectNothingLost(buyers, buyers.buy());
  });

  it("has no connection left tells so, and goes on when it has", async () => {
    const buyers = await buyersFor("crowded");
    const admin = await server.connect();
    const crowd: pg.Client[] = [];
    await admin.query(`select pg_terminate_backend(pid) from (${SESSIONS}) session`);
    await eventually(
      async () => {
        const client = await server.connect().catch(() => undefined);
        if (client !== undefined) crowd.push(client);
        await admin.query(`select pg_terminate_backend(pid) from (${SESSIONS}) session`);
        return client;
      },
      (client) => client === undefined,
      60_000,
    );
    expect(new Set((await buyers.ask()).map(({ status }) => status))).toEqual(new Set([503]));
    expect(await statusOf("/livez")).toBe(200);
    await Promise.all([admin, ...crowd].map((client) => client.end()));
    await expectNothingLost(buyers, buyers.buy());
  });

  it("has a full disk refuses what it cannot keep, and goes on when there is room again", async (test) => {
    if (whyNoSmallDisk !== undefined) return test.skip(`No small disk can be mounted here: ${String(whyNoSmallDisk)}`);
    const buyers = await buyersFor("full");
    const { pid } = server;
    const makeRoom = await fillDisk(dataDir);
    const buying = buyers.buy();
    try {
      await eventually(needWal, () => !isAlive(pid), 60_000);
      await expectEverybodyPutOff(buyers);
    } finally {
      await makeRoom();
    }
    await isReady();
    await expectNothingLost(buyers, buying);
    expect(buyers.told.get(503)).toBeGreaterThan(0);
  });

  it("finds its disk full at the start says so in one sentence, and starts when there is room", async (test) => {
    if (whyNoSmallDisk !== undefined) return test.skip(`No small disk can be mounted here: ${String(whyNoSmallDisk)}`);
    expect(await shop.end("SIGTERM")).toBe(0);
    const makeRoom = await fillDisk(dataDir);
    const { code, text } = await failToStart(dataDir);
    await makeRoom();
    expect([code, text.trim()]).toEqual([
      1,
      expect.stringMatching(/^The disk that holds \S+ is full\. Free some space/),
    ]);
    shop = await startShopProcess(dataDir);
    printedBefore = 0;
    const buyers = await buyersFor("again");
    await expectNothingLost(buyers, buyers.buy());
  });
});

/** While nothing can be had: everybody is told 503, also those who only look at their orders, and the process says how it is. */
async function expectEverybodyPutOff(buyers: Buyers): Promise<void> {
  await isUnready();
  const look = async () => (await buyers.look()).map(({ status }) => status);
  await eventually(look, (statuses) => statuses.every((status) => status === 503), 30_000);
  expect(await statusOf("/livez")).toBe(200);
}

/** Makes PostgreSQL begin another file of its log, for which there is no room: then it gives up. */
async function needWal(): Promise<void> {
  const admin = await server.connect().catch(() => undefined);
  await admin?.query("select pg_logical_emit_message(false, 'full', 'x'), pg_switch_wal()").catch(() => {});
  await admin?.end().catch(() => {});
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
