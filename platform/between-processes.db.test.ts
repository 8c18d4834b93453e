import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { internalKey, internalTrust, makeInternalKey, openIdentity } from "./internal-identity.ts";
import { createPublicServer } from "./servers.ts";
import { startTestShop, testIdentity, type TestShop } from "./testing.ts";
import { stock, stockService } from "./testing-transports.ts";

// Processes of a fleet, in one: `stock` behind a port of its own, called by whoever says so.
const desk = makeInternalKey(["desk"]);
const ofStock = makeInternalKey(["stock"]);
const trusted = internalTrust.parse(JSON.stringify({ keys: [desk.trusted, ofStock.trusted] }))!;
const identityOf = (made: { key: string }) => openIdentity({ key: internalKey.parse(made.key)!, trusted });

let shop: TestShop;
let app: FastifyInstance;
let origin: string;
beforeAll(async () => {
  shop = await startTestShop({ services: [stockService] });
  app = createPublicServer({
    runtime: shop.runtime,
    services: [stockService],
    contracts: [stock],
    log: shop.log,
    health: { isReady: true, isDraining: false },
    identity: identityOf(ofStock),
    servesInternally: true,
  });
  origin = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  await app.close();
  await shop.stop();
});

describe("the internal address", () => {
  async function ask(proof: string | undefined, caller = "desk") {
    const told = { caller, actor: { kind: "anonymous" }, remainingMs: 5_000 };
    const headers = {
      "tradepost-context": Buffer.from(JSON.stringify(told)).toString("base64url"),
      ...(proof === undefined ? {} : { "tradepost-internal": proof }),
    };
    return (await fetch(`${origin}/internal/stock/whoAsks`, { headers })).status;
  }

  test("answers who proves that it may speak for the caller", async () => {
    expect(await ask(await identityOf(desk).prove("desk", "stock"))).toBe(200);
  });

  test.each<[string, () => Promise<string | undefined>]>([
    ["no proof", async () => undefined],
    ["an empty one", async () => ""],
    ["a word", async () => "wrong"],
    ["a changed one", async () => (await identityOf(desk).prove("desk", "stock")).slice(0, -2)],
    ["one for another service", () => identityOf(desk).prove("desk", "catalog")],
    ["one of a key that nobody trusts", () => testIdentity.prove("desk", "stock")],
    ["one of a key that may not speak for the caller", () => identityOf(ofStock).prove("desk", "stock")],
    ["one of another caller than the context's", () => identityOf(ofStock).prove("stock", "stock")],
  ])("is not there for who has %s", async (_, prove) => {
    expect(await ask(await prove())).toBe(404);
  });
});
