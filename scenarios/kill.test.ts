import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deletePostgres } from "#platform/postgres";
import { mustBe, request, stockShop, type Answer, type Json } from "./shop.ts";
import { eventually, Shopper, type ShopAddress } from "./shopper.ts";

const ROOT = join(import.meta.dirname, "..");
const BUYERS = 30;
const ON_HAND = 1_000;

type Process = ShopAddress & {
  readonly operatorUrl: string;
  readonly staff: Record<string, string>;
  readonly child: ChildProcess;
};

/** `node main.ts` as a user starts it, on free ports. */
async function startProcess(dataDir: string): Promise<Process> {
  const env = {
    ...process.env,
    TRADEPOST_DATA_DIR: dataDir,
    PORT: "0",
    OPS_PORT: "0",
    TRADEPOST_DEMO: "off",
    GATEWAY_RATE_LIMIT_PERCENT: "0",
  };
  const child = spawn(process.execPath, ["main.ts"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit", "ipc"] });
  const [told] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error("It ended before it was ready."))),
  ])) as [{ port: number; operatorPort: number }];
  const operatorUrl = `http://127.0.0.1:${told.operatorPort}`;
  const { lines } = (await (await fetch(`${operatorUrl}/commands/gateway/staff-token`, { method: "POST" })).json()) as {
    lines: string[];
  };
  return { url: `http://127.0.0.1:${told.port}`, operatorUrl, staff: { authorization: `Bearer ${lines[0]}` }, child };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tradepost-kill-"));
});
afterAll(async () => {
  await deletePostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

describe("a process that is killed in the middle of checkouts", () => {
  it("goes on with every order where it was, loses none and charges none twice", { timeout: 120_000 }, async () => {
    const first = await startProcess(dataDir);
    await stockShop(first, [{ sku: "MUG", priceMinor: 850, onHand: ON_HAND }]);
    const shoppers = await Promise.all(Array.from({ length: BUYERS }, () => Shopper.arrive(first)));
    await Promise.all(shoppers.map((shopper) => shopper.add("MUG")));
    const bodies = await Promise.all(shoppers.map((shopper) => shopper.checkoutBody()));
    const answers = shoppers.map((shopper, index) =>
      shopper.post("/checkout", bodies[index], `kill-${index}-key`).catch(() => undefined),
    );
    await Promise.race(answers.slice(0, 5));
    await end(first.child, "SIGKILL");
    const acknowledged = (await Promise.all(answers)).filter((answer): answer is Answer => answer?.status === 201);

    const second = await startProcess(dataDir);
    try {
      for (const shopper of shoppers) shopper.moveTo(second);
      const retried = await Promise.all(
        shoppers.map((shopper, index) => untilAnswered(shopper, bodies[index], `kill-${index}-key`)),
      );
      expect(retried.map((answer) => answer.status)).toEqual(shoppers.map(() => 201));
      const orders = await Promise.all(
        shoppers.map((shopper, index) => eventually(() => shopper.order(retried[index]!.body.orderId), isDone, 30_000)),
      );
      expect(new Set(orders.map((order) => order.status))).toEqual(new Set(["confirmed"]));
      for (const answer of acknowledged) expect(orders.map((order) => order.orderId)).toContain(answer.body.orderId);
      for (const shopper of shoppers) expect((await shopper.get("/orders")).body.items).toHaveLength(1);
      await checkTheBooks(second, orders);
    } finally {
      await end(second.child, "SIGTERM");
    }
  });
});

function isDone(order: Json): boolean {
  return order.status === "confirmed" && order.paymentStatus === "captured" && order.fulfilmentStatus === "pending";
}

/** As a client would: the same request with the same key, until it is told what became of it. */
function untilAnswered(shopper: Shopper, body: unknown, key: string): Promise<Answer> {
  return eventually(
    () => shopper.post("/checkout", body, key),
    (answer) => answer.status === 201,
    30_000,
  );
}

async function checkTheBooks(shop: Process, orders: readonly Json[]): Promise<void> {
  const stock = (await mustBe(200, request(shop, "GET", "/stock/MUG/warehouses", { headers: shop.staff }))).body;
  expect(stock.available).toBe(ON_HAND - orders.length);
  const { lines } = (await (
    await fetch(`${shop.operatorUrl}/commands/inventory/reconcile`, { method: "POST" })
  ).json()) as { lines: string[] };
  expect(lines).toEqual(["Stock, ledger and reservations agree."]);
  for (const order of orders) {
    const { body } = await mustBe(
      200,
      request(shop, "GET", `/transactions?orderId=${order.orderId}`, { headers: shop.staff }),
    );
    const captured = body.items.filter((payment: Json) => payment.status === "captured");
    expect(captured.map((payment: Json) => payment.captured)).toEqual([order.total]);
    expect(body.items).toHaveLength(1);
  }
}
