import { expect, test } from "vitest";
import { withoutTracking } from "./tracking.ts";

test.each([
  ["/", "/"],
  ["/?", "/"],
  ["/?utm_source=newsletter&utm_term=1", "/"],
  ["/mugs?sort=name&gclid=Cj0K&attributes=colour%3Ared", "/mugs?sort=name&attributes=colour%3Ared"],
  ["/mugs?FBCLID", "/mugs"],
  ["/mugs?utm=1&mygclid=2&gclids=3", "/mugs?utm=1&mygclid=2&gclids=3"],
  ["/mugs?a=?utm_source=x", "/mugs?a=?utm_source=x"],
])("%s is the page at %s", (url, page) => {
  expect(withoutTracking(url)).toBe(page);
});
