import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deletePostgres } from "#platform/postgres";
import { topology } from "../topology.ts";
import { eventually } from "./eventually.ts";
import { mustBe, request, stockShop } from "./shop.ts";
import { staffHeaders } from "./shop-process.ts";
import { Shopper } from "./shopper.ts";

// `npm run fleet` as a user runs it, but on free ports.
const ROOT = join(import.meta.dirname, "..");

let dataDir: string;
let running: ChildProcess | undefined;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tradepost-fleet-"));
});
afterEach(async () => {
  if (running?.exitCode !== null || running.signalCode !== null) return;
  running.kill("SIGTERM");
  await once(running, "close");
});
afterAll(async () => {
  await deletePostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

type Running = { readonly child: ChildProcess; text(): string; readonly ended: Promise<number | null> };

function startFleet(...told: readonly string[]): Running {
  const child = spawn(process.execPath, ["fleet.ts", "--free-ports", ...told], {
    cwd: ROOT,
    env: { ...process.env, TRADEPOST_DATA_DIR: dataDir, TRADEPOST_DEMO: "off", GATEWAY_RATE_LIMIT_PERCENT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (text += String(part)));
  return { child, text: () => text, ended: once(child, "close").then(([code]) => code as number | null) };
}

type Row = { readonly url: string; readonly operatorUrl: string; readonly pid: number };

/** The members that the banner tells, once it is there. */
async function membersOf({ text }: Running): Promise<ReadonlyMap<string, Row>> {
  const told = await eventually(
    async () => text(),
    (seen) => seen.includes("npm run demo"),
    60_000,
  );
  const rows = told.matchAll(/^ +([\w-]+#\d) +(\S+) +(\S+) +(\d+)$/gm);
  return new Map(
    [...rows].map(([, name, url, desk, pid]) => [name!, { url: url!, operatorUrl: desk!, pid: Number(pid) }]),
  );
}

async function shopOf(members: ReadonlyMap<string, Row>) {
  const { url, operatorUrl } = members.get("gateway#1")!;
  return { url, staff: await staffHeaders(operatorUrl) };
}

async function expectGone(members: ReadonlyMap<string, Row>): Promise<void> {
  for (const [name, { url }] of members)
    await eventually(
      () =>
        fetch(`${url}/livez`).then(
          () => `${name} is there`,
          () => "gone",
        ),
      (seen) => seen === "gone",
      30_000,
    );
}

/** Names of the settings that a process was started with and that lead somewhere or are secret. */
async function knownTo(member: Row): Promise<readonly string[]> {
  const environment = await readFile(`/proc/${member.pid}/environ`, "utf8");
  const names = environment.split("\0").map((one) => one.split("=", 1)[0]!);
  return names.filter((name) => /_(URL|KEY|SECRET)$/.test(name)).toSorted();
}

describe("npm run fleet", () => {
  it.each([
    ["--replicas", "order=2"],
    ["--replicas", "orders=0"],
    ["--replicas", "orders"],
    ["--replica", "orders=2"],
  ])("says in one sentence what is wrong with %s %s", async (...told) => {
    const { text, ended } = startFleet(...told);
    expect(await ended).toBe(1);
    expect(text().trim()).toMatch(/^(--replicas .*: write a service and 1 to 9 replicas|Unknown option .* Usage: )/);
    expect(text()).not.toContain("    at ");
  });

  it("sells, tells each member only what it needs, and starts again what is killed", { timeout: 240_000 }, async () => {
    const first = startFleet("--replicas", "orders=2");
    const members = await membersOf(first);
    expect([...members.keys()]).toEqual(
      topology.flatMap(({ name }) => (name === "orders" ? ["orders#1", "orders#2"] : [`${name}#1`])),
    );
    const pricing = ["BUS_DATABASE_URL", "CATALOG_URL", "INTERNAL_KEY", "PRICING_DATABASE_URL", "SHIPPING_URL"];
    expect(await knownTo(members.get("pricing#1")!)).toEqual(pricing);
    const holders = await Promise.all([...members.values()].map(knownTo));
    expect(holders.filter((names) => names.includes("TOKEN_SIGNING_KEY"))).toHaveLength(1);
    expect(holders.filter((names) => names.includes("PAYMENTS_DATABASE_URL"))).toHaveLength(1);

    const shop = await shopOf(members);
    await stockShop(shop, [{ sku: "MUG", onHand: 10 }]);
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const asked = await ada.checkoutBody();
    process.kill(members.get("orders#2")!.pid, "SIGKILL");
    const { body } = await eventually(
      () => ada.post("/checkout", asked, "a-fleet-sells"),
      (answer) => answer.status === 201,
      60_000,
    );
    expect(body.status).toBe("confirmed");
    await eventually(
      async () => first.text(),
      (seen) => /orders#2 +ended by SIGKILL; starting it again/.test(seen),
    );

    first.child.kill("SIGKILL");
    await first.ended;
    await expectGone(members);

    const second = startFleet();
    const again = await membersOf(second);
    const stock = await mustBe(
      200,
      request(await shopOf(again), "GET", "/stock/MUG/warehouses", { headers: (await shopOf(again)).staff }),
    );
    expect(stock.body.warehouses).toMatchObject([{ onHand: 10, allocated: 1 }]);
    second.child.kill("SIGINT");
    expect(await second.ended).toBe(0);
    expect(second.text().trim()).toMatch(/SIGINT: finishing requests, then stopping the fleet …[^]*Stopped\.$/);
    await expectGone(again);
  });
});
