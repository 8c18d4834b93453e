import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeInternalKey } from "#platform/internal-identity";
import { deletePostgres } from "#platform/postgres";
import { mustBe, request } from "./shop.ts";
import { failToStart, startShopProcess } from "./shop-process.ts";

let dataDir: string;
let otherDataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tradepost-start-"));
  otherDataDir = await mkdtemp(join(tmpdir(), "tradepost-start-"));
});
afterAll(async () => {
  for (const folder of [dataDir, otherDataDir]) {
    await deletePostgres(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

describe("a start that cannot be", () => {
  it("says in one sentence which setting is wrong", async () => {
    const { code, text } = await failToStart(dataDir, { settings: { PORT: "many" } });
    expect([code, text.trim()]).toEqual([1, 'Setting PORT: "many" must be a whole number 0–65535.']);
  });

  it("says in one sentence that a setting of a service is wrong, before anything is served", async () => {
    const { code, text } = await failToStart(dataDir, { settings: { ORDERS_CAPTURE: "never" } });
    expect([code, text.trim()]).toEqual([1, 'Setting ORDERS_CAPTURE: "never" must be one of confirm | dispatch.']);
  });

  it("refuses in one sentence to break things on purpose in production", async () => {
    const { code, text } = await failToStart(dataDir, { settings: { FAULTS: "on", NODE_ENV: "production" } });
    expect([code, text.trim()]).toEqual([
      1,
      "FAULTS=on breaks things on purpose and is refused with NODE_ENV=production; set FAULTS=off.",
    ]);
  });

  it("says in one sentence that a service is not known", async () => {
    const { code, text } = await failToStart(dataDir, { arguments: ["--only", "catalogue"] });
    expect([code, text.trim()]).toEqual([
      1,
      expect.stringMatching(/^No such service: catalogue\. There are: gateway, catalog, .*\.$/),
    ]);
  });

  it.each([["--onyl", "orders"], ["orders"]])(
    "says in one sentence that it does not know the argument %s",
    async (...told) => {
      const { code, text } = await failToStart(dataDir, { arguments: told });
      expect(code).toBe(1);
      expect(text.trim()).toMatch(
        /^Un(known option|expected argument) '.*'.* Usage: node main\.ts \[--only orders,payments\]$/,
      );
    },
  );

  it("says in one sentence that a port is in use, and leaves no server behind", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => blocker.once("listening", resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, text } = await failToStart(dataDir, { settings: { PORT: String(port), HOST: "127.0.0.1" } });
    blocker.close();
    expect([code, text.trim()]).toEqual([
      1,
      `Port ${port} is in use. Stop the other program, or set PORT to another port.`,
    ]);
  });
});

describe("a start without what it needs", () => {
  it.each(["HOST", "OPS_HOST"])("says in one sentence that %s is no address of this machine", async (setting) => {
    const { code, text } = await failToStart(dataDir, { settings: { [setting]: "999.1.1.1" } });
    expect([code, text.trim()]).toEqual([
      1,
      `Setting ${setting}: "999.1.1.1" is no address of this machine. Try 127.0.0.1, or 0.0.0.0 for all of them.`,
    ]);
  });

  it.each([
    ["postgres:", "127.0.0.1:1", "no PostgreSQL answers at 127.0.0.1:1."],
    ["postgres:", "nowhere.invalid", "there is no host called nowhere.invalid."],
    ["mysql:", "127.0.0.1", "its value must begin with postgres://."],
  ])("says in one sentence why it has no database, and no password: %s//%s", async (scheme, host, reason) => {
    const url = `${scheme}//ada:${"geheim"}@${host}/shop`;
    const { code, text } = await failToStart(dataDir, { settings: { ORDERS_DATABASE_URL: url } });
    expect([code, text.trim()]).toEqual([1, `Setting ORDERS_DATABASE_URL: ${reason}`]);
  });

  it("says in one sentence that its data folder cannot be made", async () => {
    const file = join(dataDir, "file");
    await writeFile(file, "");
    const { code, text } = await failToStart(join(file, "data"));
    expect([code, text.trim()]).toEqual([
      1,
      `The path ${join(file, "data")} is not a folder. Remove that file, or set TRADEPOST_DATA_DIR to a folder.`,
    ]);
  });

  it.runIf(existsSync("/proc/self"))("does so where the system has folders of its own only", async () => {
    const { code, text } = await failToStart("/proc/tradepost");
    expect([code, text.trim()]).toEqual([
      1,
      expect.stringMatching(/^The folder \/proc\/tradepost .* TRADEPOST_DATA_DIR .*\.$/),
    ]);
  });
});

describe("a data folder", () => {
  it("has one living owner, and goes on with its data after a stop", async () => {
    const first = await startShopProcess(dataDir);
    const { code, text } = await failToStart(dataDir);
    expect([code, text.trim()]).toEqual([
      1,
      `The data folder ${dataDir} is in use by pid ${first.child.pid}. Stop it, or set TRADEPOST_DATA_DIR to another folder.`,
    ]);
    await mustBe(200, request(first, "PUT", "/warehouses/leeds", { headers: first.staff, body: { name: "Leeds" } }));
    expect(await first.end("SIGTERM")).toBe(0);
    const second = await startShopProcess(dataDir);
    const { body } = await mustBe(200, request(second, "GET", "/warehouses", { headers: second.staff }));
    expect(body.warehouses.map((warehouse: { code: string }) => warehouse.code)).toEqual(["leeds"]);
    expect(await second.end("SIGINT")).toBe(0);
    expect(second.printed()).not.toContain("postgres died");
  });
});

describe("a part of the shop", () => {
  it("answers 503 that names the setting for what runs nowhere, and 200 once it is told where", async () => {
    const [gatewayKey, backKey] = [makeInternalKey(["gateway"]), makeInternalKey(["catalog", "pricing", "shipping"])];
    const trust = { INTERNAL_TRUST: JSON.stringify({ keys: [gatewayKey.trusted, backKey.trusted] }) };
    const behind = await startShopProcess(dataDir, {
      arguments: ["--only", "catalog,pricing,shipping"],
      settings: { ...trust, INTERNAL_KEY: backKey.key },
    });
    const { services } = (await (await fetch(`${behind.url}/health`)).json()) as { services: object };
    expect(Object.keys(services)).toEqual(["catalog", "pricing", "shipping"]);

    const edge = {
      arguments: ["--only", "gateway"],
      settings: { ...trust, INTERNAL_KEY: gatewayKey.key, PRICING_URL: behind.url },
    };
    const alone = await startShopProcess(otherDataDir, edge);
    const { status, body } = await request(alone, "GET", "/products");
    expect([status, body.code, body.data.detail]).toEqual([
      503,
      "SERVICE_UNAVAILABLE",
      "catalog does not run here; set CATALOG_URL to where it answers.",
    ]);
    await alone.end("SIGTERM");

    const connected = await startShopProcess(otherDataDir, {
      ...edge,
      settings: { ...edge.settings, CATALOG_URL: behind.url },
    });
    expect((await request(connected, "GET", "/products")).body.items).toEqual([]);
    const product = {
      titles: { en: "Mug" },
      slug: "mug",
      status: "active",
      variants: [
        { sku: "MUG", options: {}, weightGrams: 300, prices: [{ market: "gb", currency: "GBP", amountMinor: 850 }] },
      ],
    };
    await mustBe(201, request(connected, "POST", "/products", { headers: connected.staff, body: product }));
    expect((await request(connected, "GET", "/products/nothing")).body.code).toBe("PRODUCT_NOT_FOUND");
    expect((await fetch(`${behind.url}/internal/catalog/listProducts`)).status).toBe(404);
    await connected.end("SIGTERM");
    await behind.end("SIGTERM");
  });
});
