import { expect, test } from "vitest";
import { trackingCode } from "./tracking-code.ts";

test("the check digit is that of the Universal Postal Union's own example", () => {
  // UPU S10-12: 47312482 has the check digit 9.
  expect(trackingCode(47_312_482, "GB")).toBe("TP473124829GB");
});

test("a remainder of 0 gives 5 and one of 1 gives 0, as the standard says", () => {
  expect(trackingCode(0, "DE")).toBe("TP000000005DE");
  expect(trackingCode(100_000_000, "DE")).toBe("TP000000005DE");
  const digits = Array.from({ length: 200 }, (_, serial) => trackingCode(serial, "DE")[10]);
  expect(new Set(digits).size).toBe(10);
});

test("codes of different serials differ", () => {
  const codes = Array.from({ length: 5_000 }, (_, serial) => trackingCode(serial, "GB"));
  expect(new Set(codes).size).toBe(5_000);
});
