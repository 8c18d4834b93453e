import { randomUUID } from "node:crypto";
import pg from "pg";
import { Pool } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../topology.ts";
import { eventually } from "./eventually.ts";
import { attacksOn, publishedOperations, type Attack, type PublishedOperation } from "./hostile-requests.ts";
import { mustBe, openShop, request, stockShop, type Json, type Shop } from "./shop.ts";
import { Shopper } from "./shopper.ts";

/** Longest wait for an answer; more is a hang. */
const PATIENCE_MS = 20_000;
const AT_ONCE = 8;
/** Any request may be refused so, wherever it goes. */
const GENERAL = [400, 401, 404, 413, 415];

let shop: Shop;
let pool: Pool;
let operations: readonly PublishedOperation[];
let attacks: readonly Attack[];
let codes: ReadonlySet<string>;

beforeAll(async () => {
  shop = await openShop();
  await stockShop(shop, [
    { sku: "21730", priceMinor: 425, onHand: 1_000_000 },
    { sku: "85123A", priceMinor: 425, onHand: 1_000 },
    { sku: "UNTOUCHED", priceMinor: 425, onHand: 1_000 },
  ]);
  // The one that the attacks change, and archive: the newest of the list.
  await stockShop(shop, [{ sku: "VICTIM", priceMinor: 425, onHand: 1_000 }]);
  const ada = await Shopper.arrive(shop);
  await ada.add("21730", 2);
  const { body: order } = await ada.checkout();
  const things = await knownThings(order.orderId);
  await shop.inside.settle();
  operations = publishedOperations(await (await fetch(`${shop.url}/api/openapi.json`)).json());
  codes = new Set((await (await fetch(`${shop.url}/api/docs/problems`)).text()).match(/(?<=<tr id=")\w+/g));
  attacks = operations.flatMap((operation) => attacksOn(operation, { things, headers: headersFor(operation, ada) }));
  pool = new Pool(shop.url, { connections: AT_ONCE, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
}, 60_000);
afterAll(async () => {
  await pool.destroy();
  await shop.stop();
});

/** One of everything that a path can name. */
async function knownThings(orderId: string): Promise<Record<string, string>> {
  const list = async (path: string): Promise<Json> =>
    (await mustBe(200, request(shop, "GET", path, { headers: shop.staff }))).body.items[0];
  const shipment = await eventually<Json>(() => list(`/shipments?orderId=${orderId}`), Boolean);
  const message = await eventually<Json>(() => list(`/messages?orderId=${orderId}`), Boolean);
  const payment = await list(`/transactions?orderId=${orderId}`);
  return {
    orderId,
    shipmentId: shipment.shipmentId,
    reservationId: shipment.reservationId,
    messageId: message.messageId,
    paymentId: payment.paymentId,
    productId: (await list("/products")).productId,
    sku: "21730",
    category: "home-lighting",
    code: "gb",
    currency: "GBP",
    name: "mug.svg",
    provider: "simulator",
  };
}

/** The one who may do it: staff or, for what is a shopper's own, the shopper who has an order. */
function headersFor(operation: PublishedOperation, ada: Shopper): Record<string, string> {
  const isShoppers = /^(cart|orders|pricing)\.(?!refundOrder|putMarket)/.test(operation.id);
  const token = isShoppers ? ada.headers : shop.staff;
  const isKeyed = operation.parameters.some((one) => one.name === "Idempotency-Key" && one.required);
  return { ...(operation.needsToken ? token : {}), ...(isKeyed ? { "idempotency-key": randomUUID() } : {}) };
}

type Got = { readonly status: number; readonly type: string; readonly text: string };

async function send(attack: Pick<Attack, "method" | "path" | "headers" | "body">): Promise<Got> {
  const { method, path, headers, body } = attack;
  const answer = await pool.request({
    method: method as "GET",
    path,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: answer.statusCode,
    type: String(answer.headers["content-type"] ?? ""),
    text: await answer.body.text(),
  };
}

/** What is wrong with an answer; nothing when it is as we promise. */
function faultsOf(attack: Attack, got: Got): string[] {
  const { status } = got;
  const isRefused = status >= 400 && status < 500;
  const mayBe = [...GENERAL, ...attack.operation.statuses].filter((one) => one < 500);
  const faults = [
    ...(mayBe.includes(status) ? [] : [`answered ${status}, which is not in the document`]),
    ...(attack.mustBeRefused && !isRefused ? ["was not refused"] : []),
    ...(isRefused ? faultsOfProblem(got, attack.field) : []),
  ];
  return faults.map((fault) => `${attack.title}: ${fault}: ${status} ${got.text.slice(0, 300)}`);
}

function faultsOfProblem(got: Got, field: string | undefined): string[] {
  if (!got.type.startsWith("application/problem+json")) return [`is ${got.type}, no problem+json`];
  const problem = JSON.parse(got.text) as Json;
  const isWhole = problem.status === got.status && [problem.title, problem.requestId].every((one) => one?.length > 0);
  const names: string[] | undefined = problem.errors?.map((one: Json) => one.field);
  const isNamed = names?.some((name) => field === undefined || isAbout(name, field));
  return [
    ...(isWhole && codes.has(problem.code) ? [] : ["is not a whole problem with a known code"]),
    ...(problem.code === "INVALID_INPUT" && isNamed !== true ? [`does not name ${field ?? "a field"}`] : []),
  ];
}

/** Claims that a message about `name` helps whoever sent a bad `field`: it, what is in it, or what it is in. */
function isAbout(name: string, field: string): boolean {
  return name === "(body)" || `${name}.`.startsWith(`${field}.`) || `${field}.`.startsWith(`${name}.`);
}

async function faultsOfAll(chosen: readonly Attack[]): Promise<string[]> {
  const faults: string[] = [];
  const left = [...chosen].values();
  const worker = async () => {
    for (const attack of left) {
      const got = await send(attack).catch((error: unknown) => `${attack.title}: no answer: ${String(error)}`);
      faults.push(...(typeof got === "string" ? [got] : faultsOf(attack, got)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return faults;
}

/** What every table of every service holds, as counts and sums of hashes. What ticks by itself is left out. */
async function everythingKept(): Promise<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const { name, databaseConnections } of topology) {
    if (databaseConnections === 0) continue;
    const client = new pg.Client(shop.inside.databaseUrl(name));
    await client.connect();
    const { rows } = await client.query<{ table: string }>(
      `select table_name as table from information_schema.tables where table_schema = 'public' and table_name <> 'lease'`,
    );
    for (const { table } of rows) {
      const sum = await client.query(
        `select count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as sum from "${table}" t`,
      );
      kept[`${name}.${table}`] = sum.rows[0].sum;
    }
    await client.end();
  }
  return kept;
}

describe("hostile input", () => {
  it("is enough to mean something", () => {
    expect(operations.length).toBeGreaterThan(50);
    expect(attacks.length).toBeGreaterThan(5_000);
    expect(attacks.filter((attack) => attack.mustBeRefused).length).toBeGreaterThan(2_000);
  });

  it("that the document forbids is refused by name, and changes nothing", { timeout: 60_000 }, async () => {
    const before = await everythingKept();
    const faults = await faultsOfAll(attacks.filter((attack) => attack.mustBeRefused));
    expect(faults).toEqual([]);
    expect(await everythingKept()).toEqual(before);
  });

  it("that the document allows is never a fault of ours", { timeout: 60_000 }, async () => {
    const faults = await faultsOfAll(attacks.filter((attack) => !attack.mustBeRefused));
    expect(faults).toEqual([]);
    expect(shop.inside.logged.filter((line) => line.includes('"request failed"'))).toEqual([]);
  });

  it("leaves a shop that still sells", async () => {
    const bob = await Shopper.arrive(shop);
    await bob.add("UNTOUCHED");
    expect((await bob.checkout()).body.status).toBe("confirmed");
    await shop.inside.settle();
  });

  it("of no known operation or method is a problem too", async () => {
    const odd = operations.flatMap((operation) => {
      const path = operation.path.replaceAll(/\{\w+\}/g, "21730");
      return ["OPTIONS", "PUT", "PATCH", "DELETE", "POST"].map((method) => ({ method, path, headers: {} }));
    });
    const known = new Set(operations.map((one) => `${one.method} ${one.path.replaceAll(/\{\w+\}/g, "21730")}`));
    for (const one of odd.filter(({ method, path }) => !known.has(`${method} ${path}`))) {
      const got = await send(one);
      expect([404, 405, 401], `${one.method} ${one.path}`).toContain(got.status);
      expect(faultsOfProblem(got, undefined), `${one.method} ${one.path}`).toEqual([]);
    }
  });
});
