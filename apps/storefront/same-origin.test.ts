import { expect, test } from "vitest";
import { webRequest } from "#platform/testing-pages";
import { formOrigin, isFromOurPages } from "./same-origin.ts";

const asked = (headers: Record<string, string>) =>
  isFromOurPages(webRequest({ headers: { host: "shop.example", ...headers } }));

test.each([
  ["same-origin", true],
  ["none", true],
  ["same-site", false],
  ["cross-site", false],
])("a form that the browser calls %s is taken: %s", (site, isTaken) => {
  expect(asked({ "sec-fetch-site": site, origin: "https://shop.example" })).toBe(isTaken);
});

test.each([
  ["https://shop.example", true],
  ["https://evil.example", false],
  ["https://shop.example.evil.example", false],
  ["null", false],
])("without that word the origin %s decides: %s", (origin, isTaken) => {
  expect(asked({ origin })).toBe(isTaken);
});

test("a browser that says neither is let in: other sites' forms carry no session", () => {
  expect(asked({})).toBe(true);
});

test.each([
  ["https://shop.example", "https://shop.example"],
  ["https://evil.example", undefined],
  ["null", undefined],
])("of the origin %s the shop is known as %s", (origin, known) => {
  expect(formOrigin(webRequest({ headers: { host: "shop.example", origin } }))).toBe(known);
});
