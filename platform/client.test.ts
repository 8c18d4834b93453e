import { createServer, type Server } from "node:http";
import { once } from "node:events";
import Type from "typebox";
import { afterEach, describe, expect, test } from "vitest";
import { defineContract } from "#kernel/contract";
import { Refusal } from "#kernel/refusal";
import { encodeContext, provenContext, remoteService, type RemoteService } from "./client.ts";
import type { CallContext } from "./ctx.ts";
import { internalKey, makeInternalKey, openIdentity } from "./internal-identity.ts";
import { newTraceparent } from "./runtime-context.ts";
import { testIdentity } from "./testing.ts";

const stock = defineContract("stock", {
  find: {
    method: "GET",
    path: "/stock",
    access: "anyone",
    summary: "",
    input: Type.Object({}),
    output: Type.Unknown(),
  },
});

function context(overrides: Partial<CallContext> = {}): CallContext {
  return {
    caller: "desk",
    actor: { kind: "guest", id: "ädä" },
    store: "demo",
    market: "gb",
    locale: "en",
    currency: "GBP",
    requestId: "request-1",
    traceparent: newTraceparent(),
    deadlineAtMs: Date.now() + 10_000,
    idempotencyKey: "key-1234",
    ...overrides,
  };
}

describe("a context", () => {
  const told = context();
  const headersOf = async (proof?: unknown, about: CallContext = told) => ({
    "tradepost-context": encodeContext(about),
    "tradepost-internal": proof ?? (await testIdentity.prove("desk", "stock")),
  });

  test("arrives as it was sent, in a header's alphabet", async () => {
    expect(encodeContext(told)).toMatch(/^[\w-]+$/);
    expect(await provenContext(await headersOf(), testIdentity, "stock")).toEqual(told);
  });

  test("without the right proof is none", async () => {
    const good = await headersOf();
    const stranger = openIdentity({ key: internalKey.parse(makeInternalKey(["*"]).key)! });
    for (const headers of [
      { "tradepost-context": good["tradepost-context"] },
      { "tradepost-internal": good["tradepost-internal"] },
      await headersOf("token"),
      await headersOf([good["tradepost-internal"], good["tradepost-internal"]]),
      await headersOf(await stranger.prove("desk", "stock")),
      await headersOf(await testIdentity.prove("desk", "catalog")),
      await headersOf(await testIdentity.prove("orders", "stock")),
      await headersOf(undefined, { ...told, caller: "orders" }),
    ])
      expect(await provenContext(headers, testIdentity, "stock")).toBeUndefined();
  });

  test("takes nothing along but what a context is", async () => {
    const fat = Object.assign(context(), { db: { url: "postgres://secret" } });
    const headers = await headersOf(undefined, fat);
    expect(await provenContext(headers, testIdentity, "stock")).not.toHaveProperty("db");
  });
});

describe("another process that answers what it should not", () => {
  let server: Server | undefined;
  let remote: RemoteService | undefined;
  afterEach(async () => {
    await remote?.close();
    server?.closeAllConnections();
    server?.close();
  });

  async function callTo(
    status: number,
    body: string | undefined,
    overrides: Partial<CallContext> = {},
  ): Promise<unknown> {
    server = createServer((_, response) => {
      if (body === undefined) response.destroy();
      else if (status !== 0) response.writeHead(status).end(body);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    remote = remoteService("stock", `http://127.0.0.1:${port}`, testIdentity);
    return remote.call(stock.find, {}, context(overrides)).catch((error: unknown) => error);
  }

  test.each([
    ["a page of a proxy", 502, "<html>Bad Gateway</html>"],
    ["a fault", 500, '{"code":"INTERNAL","title":"Something went wrong on our side."}'],
    ["a refusal without a code", 409, "{}"],
    ["a success that is no JSON", 200, "<html>"],
    ["nothing, and hangs up", 200, undefined],
  ])("(%s) is a fault that says that it may have happened", async (_, status, body) => {
    const error = await callTo(status, body);
    expect(error).not.toBeInstanceOf(Refusal);
    expect((error as Error).message).toContain("it may have happened");
  });

  test("(nothing at all) is refused when the deadline is over", async () => {
    expect(await callTo(0, "", { deadlineAtMs: Date.now() + 30 })).toMatchObject({
      code: "DEADLINE_EXCEEDED",
      status: 504,
    });
  });

  test.each([
    ["as we tell it", { errors: [{ field: "sku", message: "is required" }] }],
    ["as an older release tells it", { data: { errors: [{ field: "sku", message: "is required" }] } }],
  ])("(what is wrong with our input, %s) is that refusal with its fields", async (_, told) => {
    const error = await callTo(400, JSON.stringify({ code: "INVALID_INPUT", title: "No.", ...told }));
    expect(error).toMatchObject({
      code: "INVALID_INPUT",
      data: { errors: [{ field: "sku", message: "is required" }] },
    });
  });

  test("(a refusal of a release that we do not know) is that refusal", async () => {
    const body = JSON.stringify({ code: "NEW_RULE", title: "A new rule.", data: { since: 2027 } });
    const error = await callTo(422, body);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "NEW_RULE", status: 422, message: "A new rule.", data: { since: 2027 } });
  });
});
