import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { webRequest } from "#platform/testing-pages";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { service as catalogService } from "../../services/catalog/service.ts";
import { service as inventoryService } from "../../services/inventory/service.ts";
import { service as pricingService } from "../../services/pricing/service.ts";
import { service as shippingService } from "../../services/shipping/service.ts";
import { service } from "./service.ts";
import { openTestBrowser } from "./testing-browser.ts";

let shop: TestShop;

beforeAll(async () => {
  shop = await startTestShop({
    services: [catalogService, pricingService, shippingService, inventoryService, service],
    settings: { PUBLIC_URL: "https://shop.example/", SHOP_NAME: "Tea & Co" },
  });
  await shop.call(inventory.putWarehouse, { code: "leicester", name: "Leicester", priority: 1 });
  await shop.call(catalog.putCategory, { slug: "kitchen", names: { en: "Kitchen", de: "Küche" } });
  await shop.call(catalog.createProduct, {
    titles: { en: "Mug & saucer", de: "Becher <mit> Untertasse" },
    descriptions: { en: "Enamel.", de: "Emaille." },
    slugs: { en: "mug", de: "becher" },
    categories: ["kitchen/mugs"],
    options: [{ name: "Colour", values: ["Red", "Blue"] }],
    images: [{ name: "mug.jpg", alt: "A mug" }],
    variants: [
      { sku: "MUG-RED", options: { Colour: "Red" }, prices: both(500, 600) },
      { sku: "MUG-BLUE", options: { Colour: "Blue" }, prices: both(505, 605) },
    ],
  });
  await shop.call(catalog.createProduct, {
    titles: { en: "Home only" },
    slug: "home-only",
    variants: [{ sku: "HOME", prices: [{ market: "gb", currency: "GBP", amountMinor: 100 }] }],
  });
  await shop.call(catalog.createProduct, {
    titles: { en: "Not yet" },
    slug: "not-yet",
    status: "draft",
    variants: [{ sku: "DRAFT", prices: both(100, 100) }],
  });
  const lines = [{ sku: "MUG-RED", warehouse: "leicester", onHand: 5 }];
  await shop.call(inventory.adjustStock, { adjustmentId: crypto.randomUUID() as never, reason: "test", lines });
});
afterAll(() => shop?.stop());

function both(pence: number, cents: number) {
  return [
    { market: "gb", currency: "GBP", amountMinor: pence },
    { market: "de", currency: "EUR", amountMinor: cents },
  ];
}

async function read(path: string): Promise<string> {
  const { answer, html } = await openTestBrowser(shop).open(path);
  if (answer.status !== undefined) expect(answer.status).toBe(200);
  return html;
}

describe("what search engines read", () => {
  it("robots.txt names the sitemap", async () => {
    expect(await read("/robots.txt")).toContain("\nSitemap: https://shop.example/sitemap.xml\n");
  });

  it("the sitemap names a part of pages and one of goods for every market and language", async () => {
    const { answer, html } = await openTestBrowser(shop).open("/sitemap.xml");
    expect(answer.headers).toMatchObject({ "cache-control": "public, max-age=3600", vary: "accept-encoding" });
    for (const name of ["gb-en.0", "gb-en.1", "de-de.0", "de-de.1"])
      expect(html).toContain(`<loc>https://shop.example/sitemaps/${name}.xml</loc>`);
  });

  it("there is no list of goods for a market in which nothing is sold", async () => {
    const index = await read("/sitemap.xml");
    expect(index).toContain("/sitemaps/us-en.0.xml</loc>");
    expect(index).not.toContain("/sitemaps/us-en.1.xml");
    await expect(openTestBrowser(shop).open("/sitemaps/us-en.1.xml")).rejects.toMatchObject({ status: 404 });
  });

  it("a product's page names its twins where it is sold, and leads to every place all the same", async () => {
    const twinsOf = async (path: string) =>
      [...(await read(path)).matchAll(/<link rel="alternate" hreflang="([^"]+)"/g)].map(([, name]) => name);
    expect(await twinsOf("/products/mug")).toEqual(["en-GB", "de-DE", "en-DE", "x-default"]);
    expect(await twinsOf("/us/products/mug")).toEqual(["en-GB", "de-DE", "en-DE", "x-default"]);
    expect(await twinsOf("/products/home-only")).toEqual(["en-GB", "x-default"]);
    expect(await read("/products/home-only")).toContain(`<a href="/de/products/home-only" hreflang="de-DE">`);
  });

  it("a part of pages has categories and words in each language", async () => {
    const xml = await read("/sitemaps/de-de.0.xml");
    expect(xml).toContain("<loc>https://shop.example/de</loc>");
    expect(xml).toContain("<loc>https://shop.example/de/categories/kitchen/mugs</loc>");
    expect(xml).toContain(`hreflang="en-GB" href="https://shop.example/pages/about"`);
    expect(xml).not.toContain("cart");
  });

  it("a part of goods has those sold there, under their names in each language", async () => {
    const xml = await read("/sitemaps/de-de.1.xml");
    expect(xml).toContain("<loc>https://shop.example/de/products/becher</loc>");
    expect(xml).toContain(`hreflang="en-GB" href="https://shop.example/products/mug"`);
    expect(xml).toContain(`hreflang="x-default" href="https://shop.example/products/mug"`);
    expect(xml).not.toMatch(/home-only|not-yet/);
    const home = await read("/sitemaps/gb-en.1.xml");
    const entry = home.split("\n").find((line) => line.includes("home-only"));
    expect(entry).not.toContain(`hreflang="de-DE"`);
  });

  it.each(["gb-en.2.xml", "gb-en.99999.xml", "fr-fr.0.xml", "x"])("there is no part %s", async (file) => {
    await expect(openTestBrowser(shop).open(`/sitemaps/${file}`)).rejects.toMatchObject({ status: 404 });
  });
});

describe("the feed for shopping sites", () => {
  it("has every variant with price, availability and category, in the language of the place", async () => {
    const xml = await read("/feeds/de-de.xml");
    const items = xml.split("\n").filter((line) => line.startsWith("<item>"));
    expect(items).toHaveLength(2);
    const red = items.find((item) => item.includes("<g:id>MUG-RED</g:id>"))!;
    expect(red).toContain("<title>Becher &lt;mit&gt; Untertasse, Red</title>");
    expect(red).toContain("<link>https://shop.example/de/products/becher</link>");
    expect(red).toContain("<g:price>6.00 EUR</g:price><g:availability>in_stock</g:availability>");
    expect(red).toContain("<g:product_type>Küche &gt; Mugs</g:product_type>");
    expect(items.find((item) => item.includes("MUG-BLUE"))).toContain("<g:availability>out_of_stock</g:availability>");
    expect(xml).not.toContain(`rel="next"`);
  });

  it("is compressed for those who take that", async () => {
    const page = service.pages!.find(({ path }) => path === "/feeds/:file")!;
    const asked = webRequest({ parameters: { file: "gb-en.xml" }, headers: { "accept-encoding": "gzip, br" } });
    const { headers } = await page.handle(asked, shop.context("storefront", { actor: { kind: "anonymous" } }));
    expect(headers).toMatchObject({ "content-encoding": "gzip" });
  });
});

it("llms.txt leads to pages, categories, feeds and the API", async () => {
  const text = await read("/llms.txt");
  expect(text).toMatch(/^# Tea & Co\n\n> /);
  for (const address of ["/products", "/pages/terms", "/categories/kitchen", "/feeds/de-de.xml", "/api/docs"])
    expect(text).toContain(`https://shop.example${address}`);
});

describe("the shop as an app", () => {
  it("opens in the place that it was installed from", async () => {
    const manifest = JSON.parse(await read("/de/manifest.webmanifest")) as object;
    expect(manifest).toMatchObject({
      name: "Tea & Co",
      lang: "de-DE",
      start_url: "/de",
      scope: "/",
      display: "standalone",
    });
  });

  it("has icons as pictures of their size, sent as they are; the one for iOS has no clear corners", async () => {
    const { icons } = JSON.parse(await read("/manifest.webmanifest")) as {
      icons: { src: string; sizes: string; type: string; purpose: string }[];
    };
    const drawn = icons.filter(({ type }) => type === "image/png");
    expect(drawn.map(({ sizes, purpose }) => `${purpose} ${sizes}`)).toEqual([
      "any 192x192",
      "any 512x512",
      "maskable 512x512",
    ]);
    const touch = /<link rel="apple-touch-icon" href="([^"]+)"/.exec(await read("/"))![1]!;
    for (const { src, sizes } of [...drawn, { src: touch, sizes: "180x180" }]) {
      expect(src).toMatch(/^\/assets\/[a-z0-9-]+-[\w-]{8}\.png$/);
      const page = service.pages!.find(({ path }) => path === "/assets/:file")!;
      const parameters = { file: src.slice("/assets/".length) };
      const asked = webRequest({ parameters, headers: { "accept-encoding": "br, gzip" } });
      const answer = await page.handle(asked, shop.context("storefront", { actor: { kind: "anonymous" } }));
      expect(answer.contentType).toBe("image/png");
      expect(answer.headers).toEqual({ "cache-control": "public, max-age=31536000, immutable" });
      const { width, height, isOpaque } = await lookAt(answer.body as Uint8Array);
      expect(`${width}x${height}`).toBe(sizes);
      if (src === touch) expect(isOpaque).toBe(true);
    }
  });

  it("has an offline page in each language, which search engines leave out", async () => {
    expect(await read("/de/offline")).toContain("<h1>Keine Verbindung</h1>");
    const html = await read("/offline");
    expect(html).toContain(`<meta name="robots" content="noindex"/>`);
    expect(html).toContain(`data-offline="/offline"`);
  });

  it("has a worker that is asked for anew each time and may ask nobody but the shop", async () => {
    const { answer } = await openTestBrowser(shop).open("/service-worker.js");
    expect(answer.headers).toEqual({
      "cache-control": "no-cache",
      "content-security-policy": "default-src 'none'; connect-src 'self'",
    });
  });
});

async function lookAt(png: Uint8Array) {
  const [{ width, height }, { isOpaque }] = await Promise.all([sharp(png).metadata(), sharp(png).stats()]);
  return { width, height, isOpaque };
}
