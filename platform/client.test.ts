import { createServer, type Server } from "node:http";
import { once } from "node:events";
import Type from "typebox";
import { afterEach, describe, expect, test } from "vitest";
import { defineContract } from "#kernel/contract";
import { Refusal } from "#kernel/refusal";
import { decodeContext, encodeContext, isSame, remoteService, type RemoteService } from "./client.ts";
import type { CallContext } from "./ctx.ts";
import { newTraceparent } from "./runtime-context.ts";

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
  const headers = { "tradepost-context": encodeContext(told), "tradepost-internal": "token" };

  test("arrives as it was sent, in a header's alphabet", () => {
    expect(encodeContext(told)).toMatch(/^[\w-]+$/);
    expect(decodeContext(headers, "token")).toEqual(told);
  });

  test("without the right proof is none", () => {
    expect(decodeContext(headers, "other")).toBeUndefined();
    expect(decodeContext(headers, "token2")).toBeUndefined();
    expect(decodeContext({ "tradepost-context": headers["tradepost-context"] }, "token")).toBeUndefined();
    expect(decodeContext({ ...headers, "tradepost-internal": ["token", "token"] }, "token")).toBeUndefined();
    expect(decodeContext({ "tradepost-internal": "token" }, "token")).toBeUndefined();
  });

  test("takes nothing along but what a context is", () => {
    const fat = Object.assign(context(), { db: { url: "postgres://secret" } });
    expect(decodeContext({ ...headers, "tradepost-context": encodeContext(fat) }, "token")).not.toHaveProperty("db");
  });
});

test("secrets are the same only when they are", () => {
  expect([isSame("abc", "abc"), isSame("abc", "abd"), isSame("abc", "abcd"), isSame("", "a")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
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
    remote = remoteService("stock", `http://127.0.0.1:${port}`, "token");
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
