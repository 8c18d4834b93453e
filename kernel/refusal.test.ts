import Type from "typebox";
import { expect, test } from "vitest";
import { defineRefusals, Refusal, refuse } from "./refusal.ts";

const shop = defineRefusals({
  OUT_OF_STOCK: { status: 409, title: "Sold out.", advice: "Come again.", data: Type.Object({ sku: Type.String() }) },
  CLOSED: { status: 422, title: "We are closed.", advice: "Come tomorrow." },
});

test("a refusal is an error with the code, status, title and data of its declaration", () => {
  const refusal = shop.OUT_OF_STOCK({ sku: "MUG" });
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).toMatchObject({ code: "OUT_OF_STOCK", status: 409, message: "Sold out.", data: { sku: "MUG" } });
  expect(shop.CLOSED().data).toEqual({});
});

test("a refusal is recognised by its code, wherever it was built", () => {
  const arrived = new Refusal({ code: "CLOSED", status: 422, title: "We are closed." });
  expect(shop.CLOSED.is(arrived)).toBe(true);
  expect(shop.OUT_OF_STOCK.is(arrived)).toBe(false);
  expect(shop.CLOSED.is(Object.assign(new Error("We are closed."), { code: "CLOSED" }))).toBe(false);
});

test("the platform's refusals are named by their own codes", () => {
  for (const [code, kind] of Object.entries(refuse)) expect(kind.code).toBe(code);
});
