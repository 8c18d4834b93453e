import Type from "typebox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defineContract } from "#kernel/contract";
import { defineRefusals } from "#kernel/refusal";
import { Settings } from "./config.ts";
import type { Actor, Ctx } from "./ctx.ts";
import { openDatabase, type Database } from "./database.ts";
import { answerOnce, claimKey, findClaim, forgetOldKeys } from "./idempotency.ts";
import { Host, ServiceCtx } from "./runtime-context.ts";
import { defineService } from "./service.ts";
import { sql } from "./sql.ts";
import { startTestShop, type TestShop } from "./testing.ts";

const refuse = defineRefusals({ BOX_FULL: { status: 409, title: "The box is full.", advice: "Take one out." } });
const Put = Type.Object({
  text: Type.String(),
  deep: Type.Optional(Type.Object({ a: Type.Integer(), b: Type.Integer() })),
});
const post = { method: "POST", access: "anyone", summary: "", idempotencyKey: "optional", input: Put } as const;
const box = defineContract("box", {
  put: { ...post, path: "/notes", output: Type.Object({ number: Type.Integer() }), refuses: [refuse.BOX_FULL] },
  drop: { ...post, path: "/drops", output: Type.Object({ number: Type.Integer() }) },
});

async function writeNote(text: string, tx: { get: Database["get"] }): Promise<{ number: number }> {
  const note = await tx.get(sql<{ number: number }>`insert into note (text) values (${text}) returning number`);
  if (text === "one too many") throw refuse.BOX_FULL();
  if (text === "unlucky") throw new Error("planned");
  return note;
}

const service = defineService({
  name: "box",
  contract: box,
  operations: {
    put: (input, ctx) => answerOnce(ctx, box.put, input, (tx) => writeNote(input.text, tx)),
    drop: (input, ctx) => answerOnce(ctx, box.drop, input, (tx) => writeNote(input.text, tx)),
  },
});

const ada: Actor = { kind: "guest", id: "ada" };
let shop: TestShop;
let db: Database;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
  db = shop.context("box").db;
  await db.run(sql`create table note (number bigint generated always as identity, text text not null)`);
});
afterAll(() => shop.stop());
beforeEach(async () => {
  await db.run(sql`truncate note restart identity`);
  await db.run(sql`delete from idempotency_keys`);
});

const notes = async () =>
  (await db.rows(sql<{ text: string }>`select text from note order by number`)).map((row) => row.text);
const put = (text: string, idempotencyKey?: string, as: Actor = ada) =>
  shop.call(box.put, { text }, { as, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });

describe("a request with a key", () => {
  test("is done once; its repeat gets the first answer, marked as told before", async () => {
    expect(await put("hello", "key-1234")).toEqual({ number: 1 });
    expect(await put("hello", "key-1234")).toEqual({ number: 1 });
    expect(await notes()).toEqual(["hello"]);
  });

  test("is marked as replayed only when it is", async () => {
    const seen: string[] = [];
    const call = shop.context("box", { actor: ada, idempotencyKey: "key-1234" });
    for (const name of ["first", "second"])
      await shop.runtime.invoke(box.put, { text: "hello" }, call, { onReplayed: () => void seen.push(name) });
    expect(seen).toEqual(["second"]);
  });

  test("is the same request however its fields are ordered", async () => {
    const as = { as: ada, idempotencyKey: "key-1234" };
    await shop.call(box.put, { text: "x", deep: { a: 1, b: 2 } }, as);
    await shop.call(box.put, { deep: { b: 2, a: 1 }, text: "x" }, as);
    expect(await notes()).toEqual(["x"]);
  });

  test("and another body is refused and changes nothing", async () => {
    await put("hello", "key-1234");
    await expect(put("goodbye", "key-1234")).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED", status: 422 });
    expect(await notes()).toEqual(["hello"]);
  });

  test.each([
    ["one too many", "The box is full."],
    ["unlucky", "planned"],
  ])("that failed (%s) leaves no key: the next try is done", async (text, message) => {
    await expect(put(text, "key-1234")).rejects.toThrow(message);
    expect(await db.rows(sql`select key from idempotency_keys`)).toEqual([]);
    expect(await put("hello", "key-1234")).toMatchObject({ number: expect.any(Number) });
    expect(await notes()).toEqual(["hello"]);
  });

  test("of one principal says nothing about another's, nor about another operation's", async () => {
    const principals: Actor[] = [
      ada,
      { kind: "guest", id: "ben" },
      { kind: "customer", id: "ada" },
      { kind: "staff", id: "ada" },
      { kind: "service", name: "ada" },
      { kind: "anonymous" },
    ];
    const numbers = await Promise.all(principals.map(async (as) => (await put(as.kind, "key-1234", as)).number));
    expect(new Set(numbers).size).toBe(principals.length);
    const other = await shop.call(box.drop, { text: "guest" }, { as: ada, idempotencyKey: "key-1234" });
    expect(numbers).not.toContain(other.number);
  });

  test("and without one: only that without is done again", async () => {
    await put("hello");
    await put("hello");
    expect(await notes()).toEqual(["hello", "hello"]);
    expect(await db.rows(sql`select key from idempotency_keys`)).toEqual([]);
  });

  test("sent twenty times at once is done once, and all get the one answer", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => put("hello", "key-1234")));
    expect(answers).toEqual(answers.map(() => ({ number: 1 })));
    expect(await notes()).toEqual(["hello"]);
  });
});

describe("a repeat while the first is still at it", () => {
  let impatient: Database;
  beforeAll(() => {
    const url = shop.databaseUrl("box");
    impatient = openDatabase({ url, applicationName: "impatient", poolSize: 4, lockTimeoutMs: 30 });
  });
  afterAll(() => impatient.close());

  function contextOn(db: Database): Ctx {
    const call = shop.context("box", { actor: ada, idempotencyKey: "key-1234" });
    const { telemetry } = shop.runtime;
    const callBetween = async () => undefined;
    const runtime = { settings: new Settings({}), log: shop.log, now: Date.now, telemetry, callBetween };
    return new ServiceCtx(new Host(runtime, service, db), call, {});
  }

  test("is told so when it has waited long enough; afterwards it gets the answer", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const ctx = contextOn(impatient);
    const first = answerOnce(ctx, box.put, { text: "hello" }, async (tx) => {
      started.resolve();
      await finish.promise;
      return writeNote("hello", tx);
    });
    await started.promise;
    const repeat = () => answerOnce(ctx, box.put, { text: "hello" }, (tx) => writeNote("twice", tx));
    await expect(repeat()).rejects.toMatchObject({ code: "IDEMPOTENCY_IN_FLIGHT", status: 409 });
    finish.resolve();
    expect(await first).toEqual({ number: 1 });
    expect(await repeat()).toEqual({ number: 1 });
    expect(await notes()).toEqual(["hello"]);
  });

  test("takes over when the first fails", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const ctx = shop.context("box", { actor: ada, idempotencyKey: "key-1234" });
    const first = answerOnce(ctx, box.put, { text: "hello" }, async () => {
      started.resolve();
      await finish.promise;
      throw new Error("planned");
    });
    await started.promise;
    const repeat = answerOnce(ctx, box.put, { text: "hello" }, (tx) => writeNote("second", tx));
    finish.resolve();
    await expect(first).rejects.toThrow("planned");
    await repeat;
    expect(await notes()).toEqual(["second"]);
  });
});

describe("a claim", () => {
  test("tells a repeat what it was about, so that longer work can be looked up", async () => {
    const ctx = shop.context("box", { actor: ada, idempotencyKey: "key-1234" });
    expect(await findClaim(ctx, box.put, { text: "x" })).toBeUndefined();
    expect(await db.transaction((tx) => claimKey(ctx, tx, box.put, { text: "x" }, "order-1"))).toEqual({ isNew: true });
    const again = { isNew: false, subject: "order-1", answer: null };
    expect(await db.transaction((tx) => claimKey(ctx, tx, box.put, { text: "x" }, "order-2"))).toEqual(again);
    expect(await findClaim(ctx, box.put, { text: "x" })).toEqual(again);
    await expect(findClaim(ctx, box.put, { text: "y" })).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("without a key is always new", async () => {
    const ctx = shop.context("box", { actor: ada });
    for (const _ of [1, 2])
      expect(await db.transaction((tx) => claimKey(ctx, tx, box.put, { text: "x" }))).toEqual({ isNew: true });
    expect(await findClaim(ctx, box.put, { text: "x" })).toBeUndefined();
  });
});

test("old keys are forgotten, younger ones are not", async () => {
  await put("old", "key-old-1");
  await db.run(sql`update idempotency_keys set created_at = '2026-01-01T00:00:00Z'`);
  await put("young", "key-young");
  expect(await forgetOldKeys(db, new Date("2026-01-02T00:00:00Z"))).toBe(1);
  expect(await db.rows(sql`select key from idempotency_keys`)).toEqual([{ key: "key-young" }]);
});
