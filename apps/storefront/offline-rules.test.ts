import { describe, expect, test } from "vitest";
import { isOfflinePage, mayKeep, offlinePagesFor, wayOf } from "./client/offline-rules.ts";

const SHOP = "https://shop.example";
const asked = (path: string, told: { method?: string; mode?: string } = {}) =>
  wayOf({ method: "GET", mode: "no-cors", url: new URL(path, SHOP).href, ...told }, SHOP);
const keeps = (path: string, caching: string | null, told: { status?: number; redirected?: boolean } = {}) =>
  mayKeep(SHOP + path, { status: 200, redirected: false, headers: { get: () => caching }, ...told });

describe("the service worker", () => {
  test("answers pages, built files and pictures", () => {
    expect(asked("/de/products/mug", { mode: "navigate" })).toBe("page");
    expect(asked("/cart", { mode: "navigate" })).toBe("page");
    expect(asked("/assets/main-1234abcd.js")).toBe("file");
    expect([asked("/images/mug.svg"), asked("/pictures/320/mug.jpg")]).toEqual(["picture", "picture"]);
  });

  test("touches no POST, nothing of the API and nothing of other sites", () => {
    expect(asked("/cart/add", { method: "POST", mode: "navigate" })).toBe("leave");
    expect(asked("/cart/add", { method: "POST", mode: "cors" })).toBe("leave");
    expect(asked("/api/v1/products", { mode: "cors" })).toBe("leave");
    expect(asked("/api/docs", { mode: "navigate" })).toBe("leave");
    expect(asked("https://elsewhere.example/images/x.png")).toBe("leave");
    expect(asked("/sitemap.xml", { mode: "cors" })).toBe("leave");
  });

  test("keeps what is public", () => {
    expect(keeps("/products/mug", "public, max-age=60, stale-while-revalidate=3600")).toBe(true);
    expect(keeps("/images/mug.svg", "public, max-age=31536000, immutable")).toBe(true);
  });

  test.each([
    ["/products/mug", "no-store"],
    ["/products/mug", "private, max-age=60"],
    ["/products/mug", "public, no-store"],
    ["/products/mug", null],
    ["/cart", "public, max-age=60"],
    ["/de/cart", "public, max-age=60"],
    ["/checkout/payment", "public, max-age=60"],
    ["/de-en/checkout", "public, max-age=60"],
    ["/orders/0199d1c0", "public, max-age=60"],
    ["/us/orders/0199d1c0", "public, max-age=60"],
  ])("never keeps what is one shopper's: %s that is %s", (path, caching) => {
    expect(keeps(path, caching)).toBe(false);
  });

  test("keeps neither problems nor what was found elsewhere", () => {
    expect(keeps("/gone", "public, max-age=60", { status: 404 })).toBe(false);
    expect(keeps("/a", "public, max-age=60", { redirected: true })).toBe(false);
  });

  test("looks for the offline page in the language of the page, and keeps no other page under its name", () => {
    expect(offlinePagesFor(`${SHOP}/de/products/mug`)).toEqual(["/de/offline", "/offline"]);
    expect(offlinePagesFor(`${SHOP}/`)).toEqual(["//offline", "/offline"]);
    expect(["/offline", "/de-en/offline", "/a/b/offline", "/cart", "https://x/offline", 7].map(isOfflinePage)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
