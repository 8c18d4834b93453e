import { generateKeyPairSync } from "node:crypto";
import { newId } from "#kernel/id";
import { createOperatorServer, createPublicServer } from "#platform/servers";
import type { AnyService } from "#platform/service";
import { startTestShop, type TestShop } from "#platform/testing";
import { topology } from "../topology.ts";

/** A whole shop as its users see it: an address of the API and one of the operators. */
export type Shop = {
  readonly url: string;
  readonly operatorUrl: string;
  /** What is behind it, for what no user can see. */
  readonly inside: TestShop;
  /** Headers of the shop's staff. */
  readonly staff: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** A shop as far as it is seen from outside. */
export type ShopPorts = Pick<Shop, "url" | "operatorUrl" | "staff">;

/** Starts every service of the topology in this process, behind its real ports, with an empty catalogue. */
export async function openShop(settings: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const services = await Promise.all(
    topology.map(
      async ({ name }) => ((await import(`../services/${name}/service.ts`)) as { service: AnyService }).service,
    ),
  );
  const key = JSON.stringify(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }));
  const inside = await startTestShop({
    services: services as never,
    settings: {
      TOKEN_SIGNING_KEY: key,
      GATEWAY_RATE_LIMIT_PERCENT: "0",
      PAYMENTS_WEBHOOK_SECRET: "whsec_dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0",
      ...settings,
    },
  });
  const options = {
    runtime: inside.runtime,
    services,
    contracts: services.map((service) => service.contract),
    log: inside.log,
    health: { isReady: true, isDraining: false },
    internalToken: "test",
    servesInternally: false,
  };
  const servers = [createPublicServer(options), createOperatorServer(options)];
  const [url, operatorUrl] = await Promise.all(servers.map((server) => server.listen({ port: 0, host: "127.0.0.1" })));
  const told = await fetch(`${operatorUrl}/commands/gateway/staff-token`, { method: "POST" });
  const { lines } = (await told.json()) as { lines: string[] };
  return {
    url: url!,
    operatorUrl: operatorUrl!,
    inside,
    staff: { authorization: `Bearer ${lines[0]}` },
    stop: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await inside.stop();
    },
  };
}

export type Json = any;
export type Answer<Body = Json> = { readonly status: number; readonly body: Body; readonly headers: Headers };

/** One request to the public API. */
export async function request(
  shop: Pick<Shop, "url">,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const headers = { ...(options.body === undefined ? {} : { "content-type": "application/json" }), ...options.headers };
  const response = await fetch(`${shop.url}/api/v1${path}`, {
    method,
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

export type Goods = {
  readonly sku: string;
  readonly priceMinor?: number;
  readonly onHand: number;
  readonly weightGrams?: number;
};

/** Puts goods on the shelves, through the staff's API. */
export async function stockShop(shop: Pick<Shop, "url" | "staff">, goods: readonly Goods[]): Promise<void> {
  await mustBe(
    200,
    request(shop, "PUT", "/warehouses/leicester", { headers: shop.staff, body: { name: "Leicester", priority: 1 } }),
  );
  const drafts = goods.map(({ sku, priceMinor = 500, weightGrams = 200 }) => ({
    titles: { en: `Goods ${sku}` },
    slug: `goods-${sku.toLowerCase()}`,
    status: "active",
    variants: [{ sku, options: {}, weightGrams, prices: [{ market: "gb", currency: "GBP", amountMinor: priceMinor }] }],
  }));
  const body = drafts.map((draft) => `${JSON.stringify(draft)}\n`).join("");
  const headers = { ...shop.staff, "content-type": "application/x-ndjson" };
  const imported = (await (
    await fetch(`${shop.url}/api/v1/products/import`, { method: "POST", headers, body })
  ).json()) as { created: number };
  if (imported.created !== goods.length) throw new Error(`Not all goods were imported: ${JSON.stringify(imported)}`);
  for (let start = 0; start < goods.length; start += 1_000) {
    const lines = goods.slice(start, start + 1_000).map(({ sku, onHand }) => ({ sku, warehouse: "leicester", onHand }));
    await mustBe(
      200,
      request(shop, "POST", "/stock/adjustments", {
        headers: shop.staff,
        body: { adjustmentId: newId("adjustment"), reason: "test", lines },
      }),
    );
  }
}

/** The answer, if it has this status; else everything that is known of it. */
export async function mustBe(status: number, answer: Promise<Answer>): Promise<Answer> {
  const told = await answer;
  if (told.status !== status) throw new Error(`Expected ${status}, got ${told.status}: ${JSON.stringify(told.body)}`);
  return told;
}
