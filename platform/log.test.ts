import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createLog, faultFacts, PersonalData, Secret } from "./log.ts";

const hidden = "hunter2";
const secret = () => new Secret(hidden);
const personal = () => new PersonalData({ email: `${hidden}@example.com` });

function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, any>[] {
  const lines: string[] = [];
  write(createLog({ level: "debug", write: (line) => void lines.push(line) }));
  return lines.map((line) => {
    expect(line).not.toContain(hidden);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    return JSON.parse(line);
  });
}

describe("a line", () => {
  test("is one JSON object: time, level, message and fields", () => {
    const [line] = logged((log) => log.info({ orderId: "1", text: "two\nlines" }, "order placed"));
    expect(line).toMatchObject({ level: 30, msg: "order placed", orderId: "1", text: "two\nlines" });
    expect(new Date(line!["time"]).toISOString()).toBe(line!["time"]);
  });

  test("below the level is not written", () => {
    const lines: string[] = [];
    const log = createLog({ level: "warn", write: (line) => void lines.push(line) });
    log.debug({}, "a");
    log.info({}, "b");
    log.warn({}, "c");
    log.error({}, "d");
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["c", "d"]);
  });

  test("keeps the fields of the log it came from", () => {
    const [line] = logged((log) => log.with({ service: "orders" }).with({ replica: 1 }).info({ a: 2 }, "x"));
    expect(line).toMatchObject({ service: "orders", replica: 1, a: 2 });
  });

  test("tells a fault with its causes", () => {
    const fault = new TypeError("outer", { cause: Object.assign(new Error("inner"), { code: "ECONNRESET" }) });
    const [line] = logged((log) => log.error({ error: fault }, "failed"));
    expect(line!["error"]).toMatchObject({
      name: "TypeError",
      message: "outer",
      cause: { name: "Error", message: "inner", code: "ECONNRESET" },
    });
    expect(line!["error"].stack).toContain("log.test.ts");
  });
});

describe("secrets and personal data", () => {
  test.each([
    ["at the top", { value: secret(), who: personal() }],
    ["deep inside", { a: { b: [{ c: secret() }, [personal()]] } }],
    ["as a fault's cause", { error: new Error("x", { cause: secret() }) }],
    ["as a fault", { error: personal() }],
    ["as a cause", { cause: secret() }],
    ["inside of each other", { value: new PersonalData({ inner: secret() }) }],
    ["in a map and a set", { map: new Map([["key", secret()]]), set: new Set([personal()]) }],
    ["as the fields themselves", secret()],
    ["in text that was put together", { text: `${String(secret())} ${String(personal())}` }],
    ["in what an inspector shows", { text: inspect({ secret: secret(), list: [personal()] }) }],
    ["spread", { ...secret(), ...personal() }],
  ])("are not written %s", (_, fields) => {
    const [line] = logged((log) => log.warn(fields, "noted"));
    expect(line!["msg"]).toBe("noted");
    logged((log) => log.with(fields).warn({}, "noted"));
  });

  test("say what stood there", () => {
    const [line] = logged((log) => log.info({ key: secret(), customer: { email: personal() } }, "x"));
    expect(line).toMatchObject({ key: "[secret]", customer: { email: "[personal]" } });
  });

  test("are there for who asks by name", () => {
    expect(secret().reveal()).toBe(hidden);
    expect(personal().reveal()).toEqual({ email: `${hidden}@example.com` });
  });
});

test("a fault that is its own cause comes to an end", () => {
  const fault = new Error("round");
  fault.cause = fault;
  expect(JSON.stringify(faultFacts(fault))).toContain("round");
});

test("a thing thrown that is no error is told as it is", () => {
  expect(faultFacts("text")).toBe("text");
  expect(faultFacts(undefined)).toBeUndefined();
});
