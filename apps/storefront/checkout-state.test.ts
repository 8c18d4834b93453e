import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ctx } from "#platform/ctx";
import { webRequest } from "#platform/testing-pages";
import { readContact } from "./checkout-form.ts";
import { keepCheckout, readCheckout, type CheckoutState } from "./checkout-state.ts";

const ctx = { now: new Date("2026-01-01T00:00:00Z"), setting: () => "x".repeat(32) } as unknown as Ctx;
const request = webRequest({ headers: { "x-forwarded-proto": "https" } });
const FIELDS = { email: 254, name: 100, line1: 120, line2: 120, city: 80, region: 80, postcode: 16 };
/** The longest that the other steps and the services leave. */
const REST = {
  method: "界".repeat(64),
  card: { token: "t".repeat(128), brand: "american-express", last4: "4242", expiresAt: "2026-01-01T01:00:00.000Z" },
  orderId: "0199d1c0-0000-7000-8000-000000000001",
} satisfies CheckoutState;

/** What the browser sends back of a cookie. */
function readBack(cookie: string): CheckoutState {
  return readCheckout(webRequest({ cookies: { checkout: /^checkout=([^;]*)/.exec(cookie)![1]! } }), ctx);
}

describe("the cookie of the checkout", () => {
  it("holds the longest address there may be, in letters of three bytes", () => {
    const form = Object.fromEntries(Object.entries(FIELDS).map(([field, longest]) => [field, "界".repeat(longest)]));
    const email = `${"界".repeat(80)}@example.com`;
    const told = readContact({ ...form, email, country: "GB" }, ["GB"]);
    expect(told).not.toHaveProperty("problems");
    const state = { ...(told as CheckoutState), ...REST };
    const cookie = keepCheckout(request, ctx, state);
    expect(cookie.length).toBeLessThan(3_500);
    expect(readBack(cookie)).toEqual(state);
  });

  it("holds whatever is taken of what somebody types", () => {
    const text = (longest: number) => fc.string({ unit: "binary", maxLength: longest, size: "max" });
    const signs = fc
      .constantFrom("\u0001", '"', "\\", "\ud800", "😀", "a")
      .chain((sign) => fc.nat(254).map((count) => sign.repeat(count)));
    const form = fc.record({
      ...Object.fromEntries(Object.entries(FIELDS).map(([field, longest]) => [field, fc.oneof(text(longest), signs)])),
      email: fc.oneof(text(240), signs).map((name) => `${name}@example.com`),
    });
    fc.assert(
      fc.property(form, (typed) => {
        const told = readContact({ ...(typed as Record<string, string>), country: "GB" }, ["GB"]);
        if ("problems" in told) return;
        const state = { ...told, ...REST };
        expect(readBack(keepCheckout(request, ctx, state))).toEqual(state);
      }),
    );
  });
});
