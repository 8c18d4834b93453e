import Type from "typebox";
import { expect, test } from "vitest";
import { defineContract, hasJsonBody, pathParameters, serviceOf, type OperationSpec } from "./contract.ts";
import { defineEvent, eventType } from "./event.ts";

const spec = {
  method: "GET",
  path: "/orders/:orderId/lines/:line",
  summary: "One line",
  access: "shopper",
  input: Type.Object({ orderId: Type.String(), line: Type.Integer() }),
  output: Type.Object({}),
} satisfies OperationSpec;

test("a contract gives each operation its address", () => {
  const orders = defineContract("orders", { getLine: spec });
  expect(orders.getLine).toEqual({ ...spec, service: "orders", name: "getLine" });
  expect(serviceOf(orders)).toBe("orders");
});

test("a contract that was put together by hand belongs to nobody", () => {
  expect(() => serviceOf({ getLine: { ...spec, service: "orders", name: "getLine" } })).toThrow("defineContract");
});

test("names after a colon in the path are parameters", () => {
  expect(pathParameters(spec.path)).toEqual(["orderId", "line"]);
  expect(pathParameters("/orders")).toEqual([]);
});

test("fields travel in a body where a method has one, except beside a stream", () => {
  const withBody = (method: OperationSpec["method"], body?: "stream") =>
    hasJsonBody({ ...spec, method, ...(body === undefined ? {} : { body }) });
  expect((["GET", "DELETE", "POST", "PUT", "PATCH"] as const).map((method) => withBody(method))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(withBody("PUT", "stream")).toBe(false);
});

test("an event's type names its publisher and its version", () => {
  const data = Type.Object({ orderId: Type.String() });
  const kind = defineEvent({
    service: "orders",
    name: "OrderPlaced",
    version: 2,
    subject: "orderId",
    summary: "",
    data,
  });
  expect(eventType(kind)).toBe("orders.OrderPlaced.v2");
});
