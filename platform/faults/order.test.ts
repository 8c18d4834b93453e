import { expect, test } from "vitest";
import { Refusal } from "#kernel/refusal";
import { deskService, stockService } from "../testing-transports.ts";
import { hear, defineService } from "../service.ts";
import { Noted } from "../testing-transports.ts";
import { checkNames, checkOrder } from "./order.ts";

const fieldsOf = (act: () => void): string[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return (error.data["errors"] as { field: string }[]).map(({ field }) => field);
    throw error;
  }
  return [];
};
const operation = { service: "till", operation: "pay" };
const event = { service: "book", event: "till.Paid.v1" };

test.each([
  { kind: "latency", ...operation, ms: 5, times: 1, probability: 0.5, seed: 3 },
  { kind: "latency", ...event, ms: 5 },
  { kind: "stuck", ...operation, caller: "desk" },
  { kind: "twice", service: "*", operation: "*" },
  { kind: "reorder", ...event, seed: 3 },
  { kind: "append_twice", ...event },
  { kind: "clock", ms: -120_000 },
  { kind: "clock", service: "till", ms: 120_000 },
])("takes %j", (order) => expect(checkOrder(order)).toEqual(order));

test.each([
  [{}, ["kind"]],
  [[], ["(body)"]],
  [{ kind: "explode", ...operation }, ["kind"]],
  [{ kind: "error", ...operation, surprise: 1 }, ["surprise"]],
  [{ kind: "error" }, ["service", "operation"]],
  [{ kind: "error", ...operation, ...event }, ["operation"]],
  [{ kind: "error", service: 5, operation: "pay" }, ["service"]],
  [{ kind: "error", service: "", operation: "pay" }, ["service"]],
  [{ kind: "error", ...operation, ms: 5 }, ["ms"]],
  [{ kind: "latency", ...operation }, ["ms"]],
  [{ kind: "latency", ...operation, ms: -5 }, ["ms"]],
  [{ kind: "latency", ...operation, ms: 1.5 }, ["ms"]],
  [{ kind: "latency", ...operation, ms: 1e9 }, ["ms"]],
  [{ kind: "latency", ...event, ms: 5, caller: "desk" }, ["caller"]],
  [{ kind: "stuck", ...event }, ["event", "operation"]],
  [{ kind: "reorder", ...operation }, ["operation", "event"]],
  [{ kind: "error", ...operation, times: 0 }, ["times"]],
  [{ kind: "error", ...operation, probability: 0 }, ["probability"]],
  [{ kind: "error", ...operation, probability: 2 }, ["probability"]],
  [{ kind: "error", ...operation, seed: 2 }, ["seed"]],
  [{ kind: "clock" }, ["ms"]],
  [{ kind: "clock", ms: 5, times: 1, probability: 0.5 }, ["times", "probability"]],
  [{ kind: "clock", ms: 5, operation: "pay" }, ["operation"]],
])("refuses %j by its fields", (told, fields) => {
  expect(fieldsOf(() => checkOrder(told)).toSorted()).toEqual(fields.toSorted());
});

test("what cannot be struck here is refused, so that a wrong name is not taken for a fault that does no harm", () => {
  const listener = defineService({
    name: "mail",
    contract: {},
    operations: {},
    hears: [hear(Noted, async () => {})],
  });
  const services = [stockService, deskService, listener];
  const wrongOf = (order: object) => fieldsOf(() => checkNames(checkOrder(order), services));
  expect(wrongOf({ kind: "error", service: "stock", operation: "put" })).toEqual([]);
  expect(wrongOf({ kind: "error", service: "*", operation: "ask" })).toEqual([]);
  expect(wrongOf({ kind: "error", service: "stock", operation: "ask" })).toEqual(["operation"]);
  expect(wrongOf({ kind: "error", service: "*", operation: "toString" })).toEqual(["operation"]);
  expect(wrongOf({ kind: "error", service: "elsewhere", operation: "*" })).toEqual(["service"]);
  expect(wrongOf({ kind: "error", service: "mail", event: "desk.Noted.v1" })).toEqual([]);
  expect(wrongOf({ kind: "error", service: "desk", event: "desk.Noted.v1" })).toEqual(["event"]);
  expect(wrongOf({ kind: "append_twice", service: "desk", event: "desk.Noted.v1" })).toEqual([]);
  expect(wrongOf({ kind: "append_twice", service: "mail", event: "desk.Noted.v1" })).toEqual(["event"]);
});
