import { expect, describe, test } from "vitest";
import type { CallContext } from "../ctx.ts";
import { internalKey, makeInternalKey, openIdentity } from "../internal-identity.ts";
import { testIdentity } from "../testing.ts";
import { contextForTest } from "../testing-client.ts";
import { stock } from "../testing-transports.ts";
import { encodeContext, provenContext, targetOf } from "./wire.ts";

const told = contextForTest();
const headersOf = async (proof?: unknown, about: CallContext = told) => ({
  "tradepost-context": encodeContext(about),
  "tradepost-internal": proof ?? (await testIdentity.prove("desk", "stock")),
});

describe("a context", () => {
  test("arrives as it was sent, in a header's alphabet", async () => {
    expect(encodeContext(told)).toMatch(/^[\w-]+$/);
    const { deadlineAtMs, ...arrived } = (await provenContext(await headersOf(), testIdentity, "stock"))!;
    const { deadlineAtMs: sent, ...others } = told;
    expect(arrived).toEqual(others);
    expect(deadlineAtMs).toBeGreaterThanOrEqual(sent);
  });

  test("tells how long is left, not until when: the other clock is another", () => {
    const decoded = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString()) as Record<string, number>;
    const { remainingMs, deadlineAtMs } = decoded(encodeContext(told));
    expect(deadlineAtMs).toBeUndefined();
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(10_000);
    expect(decoded(encodeContext({ ...told, deadlineAtMs: Date.now() - 5 }))["remainingMs"]).toBe(0);
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
    const fat = Object.assign(contextForTest(), { db: { url: "postgres://secret" } });
    const headers = await headersOf(undefined, fat);
    expect(await provenContext(headers, testIdentity, "stock")).not.toHaveProperty("db");
  });
});

describe("the target of a call", () => {
  test("is the operation's name, whatever is in its input", () => {
    const { method, path, body } = targetOf(stock.put, { sku: "stock/filter", place: 1 });
    expect([method, path]).toEqual(["PUT", "/internal/stock/put"]);
    expect(JSON.parse(String(body))).toEqual({ sku: "stock/filter", place: 1 });
    const { path: query } = targetOf(stock.remove, { sku: ".." });
    expect(query).toBe("/internal/stock/remove?tradepost-input=%7B%22sku%22%3A%22..%22%7D");
  });
});
