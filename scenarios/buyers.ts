import { expect } from "vitest";
import { eventually } from "./eventually.ts";
import { mustBe, request, type Json, type Shop } from "./shop.ts";
import { Shopper } from "./shopper.ts";

/** A shop as far as it is seen from outside. */
type ShopFront = Pick<Shop, "url" | "desk" | "staff">;

/** An answer, and whether it was one that a shop in trouble may give. */
export type Told = { readonly status: number; readonly body: Json };

/** Shoppers with full carts who want to buy at the same time, and repeat with the same key until they are told what became of it. */
export class Buyers {
  readonly #shop: ShopFront;
  readonly #keys: string;
  readonly #ready: { readonly shopper: Shopper; readonly body: unknown }[] = [];
  /** How often each status was told. */
  readonly told = new Map<number, number>();
  /** What nobody should ever be told. */
  readonly complaints: string[] = [];

  constructor(shop: ShopFront, keys: string) {
    this.#shop = shop;
    this.#keys = keys;
  }

  async arrive(count: number, sku: string): Promise<void> {
    const arriving = Array.from({ length: count }, async () => {
      const shopper = await Shopper.arrive(this.#shop);
      await shopper.add(sku);
      this.#ready.push({ shopper, body: await shopper.checkoutBody() });
    });
    await Promise.all(arriving);
  }

  /** Everybody buys; resolves to the orders when all are confirmed, paid and on their way, each exactly once. */
  async buy(): Promise<readonly Json[]> {
    return Promise.all(this.#ready.map(({ shopper, body }, index) => this.#buyOne(shopper, body, index)));
  }

  /** Everybody asks once, without repeating. */
  async ask(): Promise<readonly Told[]> {
    return Promise.all(this.#ready.map(({ shopper, body }, index) => this.#checkout(shopper, body, index)));
  }

  /** Everybody looks at the orders they have. */
  async look(): Promise<readonly Told[]> {
    return Promise.all(this.#ready.map(({ shopper }) => this.#send(shopper, "GET", "/orders")));
  }

  async #buyOne(shopper: Shopper, body: unknown, index: number): Promise<Json> {
    const { orderId } = (
      await eventually(
        () => this.#checkout(shopper, body, index),
        ({ status }) => status === 201,
        90_000,
      )
    ).body;
    const isDone = ({ body: order }: Told) =>
      order?.status === "confirmed" && order.paymentStatus === "captured" && order.fulfilmentStatus === "pending";
    const { body: order } = await eventually(() => this.#send(shopper, "GET", `/orders/${orderId}`), isDone, 90_000);
    const { body: all } = await eventually(
      () => this.#send(shopper, "GET", "/orders"),
      ({ status }) => status === 200,
      30_000,
    );
    if (all.items.length !== 1) this.complaints.push(`${all.items.length} orders instead of one`);
    return order;
  }

  #checkout(shopper: Shopper, body: unknown, index: number): Promise<Told> {
    return this.#send(shopper, "POST", "/checkout", body, { "idempotency-key": `${this.#keys}-${index}-key` });
  }

  /** One request; everything that a client in an outage relies on is checked. */
  async #send(shopper: Shopper, method: string, path: string, body?: unknown, headers = {}): Promise<Told> {
    const response = await fetch(`${this.#shop.url}/api/v1${path}`, {
      method,
      headers: {
        ...shopper.headers,
        ...headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000), // a hang
    });
    const text = await response.text();
    this.told.set(response.status, (this.told.get(response.status) ?? 0) + 1);
    if (response.status >= 400) this.#judge(response, text, `${method} ${path}`);
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  #judge(response: Response, text: string, what: string): void {
    const isForNow = response.status === 503 || (response.status === 409 && text.includes("IDEMPOTENCY_IN_FLIGHT"));
    const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
    if (!isForNow || !isProblem || response.headers.get("retry-after") === null)
      this.complaints.push(`${what}: ${response.status} ${text}`);
  }
}

/** Stock, ledger and the money of these orders: everything exactly once. */
export async function expectBooksToAgree(
  shop: ShopFront,
  { sku, left, orders }: { sku: string; left: number; orders: readonly Json[] },
): Promise<void> {
  const { body: stock } = await mustBe(200, request(shop, "GET", `/stock/${sku}/warehouses`, { headers: shop.staff }));
  expect(stock.available).toBe(left);
  const command = async (service: string, name: string) => {
    const answer = await fetch(`${shop.desk(service)}/commands/${service}/${name}`, { method: "POST" });
    return ((await answer.json()) as { lines: string[] }).lines;
  };
  expect(await command("inventory", "reconcile")).toEqual(["Stock, ledger and reservations agree."]);
  expect((await command("payments", "check-ledger")).slice(0, -1)).toEqual([]);
  expect(new Set(orders.map((order) => order.orderId)).size).toBe(orders.length);
  for (const order of orders) {
    const path = `/transactions?orderId=${order.orderId}`;
    const { body } = await mustBe(200, request(shop, "GET", path, { headers: shop.staff }));
    expect(body.items.map((payment: Json) => [payment.status, payment.captured])).toEqual([["captured", order.total]]);
  }
}
