import { expect, test } from "vitest";
import { asId } from "#kernel/id";
import type { ProductChange, ProductSource } from "../product-schema.ts";
import { wantedSlugs, Workbench } from "./decide.ts";
import { factsOf } from "./facts.ts";

const globe: ProductChange = {
  titles: { en: "Inflatable Globe" },
  categories: ["toys/globes"],
  variants: [{ sku: "10002", weightGrams: 130, prices: [{ market: "gb", currency: "GBP", amountMinor: 195 }] }],
};

function bench(products: readonly ProductSource[] = [], slugs: ConstructorParameters<typeof Workbench>[2] = []) {
  let count = products.length * 100;
  const next = () => `00000000-0000-7000-8000-${String(++count).padStart(12, "0")}`;
  const ids = { productId: () => asId("product", next()), variantId: () => asId("variant", next()) };
  return new Workbench({ defaultLocale: "en", now: new Date("2026-11-20T12:00:00Z"), ids }, products, slugs);
}

function stored(draft: ProductChange = globe): ProductSource {
  const fresh = bench();
  fresh.create(draft);
  return fresh.changes()[0]!.after;
}

function problemsOf(decision: ReturnType<Workbench["create"]>) {
  return decision.outcome === "refused" ? decision.problems.map(({ code, field }) => `${code} ${field}`) : [];
}

test("creates a product for SKUs that nobody has, and gives it an address made from its title", () => {
  const product = stored();
  expect(product).toMatchObject({
    version: 1,
    status: "active",
    texts: { en: { title: "Inflatable Globe", slug: "inflatable-globe", description: "" } },
  });
  expect(factsOf({ before: undefined, after: product })).toMatchObject([
    {
      event: "ProductCreated",
      data: { version: 1, skus: ["10002"], slugs: { en: "inflatable-globe" }, categories: ["toys/globes"] },
    },
  ]);
});

test("changes nothing and tells nobody when the same draft comes again", () => {
  const again = bench([stored()]);
  expect(again.upsert(globe).outcome).toBe("unchanged");
  expect(again.changes()).toEqual([]);
});

test("tells a price as a price, and other changes as an update", () => {
  const before = stored();
  const priced = bench([before]);
  priced.upsert({ variants: [{ sku: "10002", prices: [{ market: "gb", currency: "GBP", amountMinor: 175 }] }] });
  expect(factsOf(priced.changes()[0]!)).toMatchObject([
    { event: "PricesChanged", data: { version: 2, prices: [{ sku: "10002", amountMinor: 175 }], removed: [] } },
  ]);
  const renamed = bench([before]);
  renamed.upsert({ ...globe, titles: { en: "Globe" }, slug: "globe" });
  expect(factsOf(renamed.changes()[0]!)).toMatchObject([
    { event: "ProductUpdated", data: { removedSlugs: ["inflatable-globe"], removedSkus: [] } },
  ]);
});

test("tells an archived product as archived, not as updated", () => {
  const before = stored();
  expect(factsOf({ before, after: { ...before, status: "archived", version: 2 } }).map((fact) => fact.event)).toEqual([
    "ProductArchived",
  ]);
});

test("keeps what a draft does not tell", () => {
  const before = stored({ ...globe, attributes: { colour: ["blue"] }, descriptions: { en: "A globe." } });
  const later = bench([before]);
  later.upsert({
    titles: { de: "Aufblasbarer Globus" },
    variants: [{ sku: "10002", prices: [{ market: "de", currency: "EUR", amountMinor: 249 }] }],
  });
  const { after } = later.changes()[0]!;
  expect(after.texts["en"]).toEqual(before.texts["en"]);
  expect(after.texts["de"]?.slug).toBe("aufblasbarer-globus");
  expect(after.attributes).toEqual({ colour: ["blue"] });
  expect(after.variants[0]).toMatchObject({
    weightGrams: 130,
    prices: [{ market: "de" }, { market: "gb", amountMinor: 195 }],
  });
});

test("sees in one batch what earlier lines made, and writes each product once", () => {
  const one = bench();
  expect(one.upsert(globe).outcome).toBe("created");
  expect(one.upsert(globe).outcome).toBe("unchanged");
  expect(one.upsert({ ...globe, status: "draft" }).outcome).toBe("updated");
  expect(one.changes()).toHaveLength(1);
  expect(one.changes()[0]!.after).toMatchObject({ version: 1, status: "draft" });
});

test("gives the second product of a title an address with its SKU", () => {
  const one = bench();
  one.upsert(globe);
  const second = one.upsert({ ...globe, variants: [{ sku: "B2" }] });
  expect(second).toMatchObject({ product: { texts: { en: { slug: "inflatable-globe-b2" } } } });
});

test("asks beforehand for every address it may give", () => {
  expect(wantedSlugs({ ...globe, slugs: { de: "globus" } }, "en")).toEqual([
    { locale: "de", slug: "globus" },
    { locale: "en", slug: "inflatable-globe" },
    { locale: "en", slug: "inflatable-globe-10002" },
  ]);
});

test("refuses an address that another product has, and one that leads elsewhere", () => {
  const taken = [{ locale: "en", slug: "globe", productId: asId("product", "00000000-0000-7000-8000-000000000099") }];
  expect(problemsOf(bench([], taken).create({ ...globe, slug: "globe" }))).toEqual(["SLUG_TAKEN slug"]);
  expect(problemsOf(bench().create({ ...globe, slug: "by-ids" }))).toEqual(["SLUG_TAKEN slug"]);
});

test("refuses a SKU that another product has, and SKUs of two products in one draft", () => {
  const one = stored();
  expect(problemsOf(bench([one]).create(globe))).toEqual(["SKU_TAKEN variants.0.sku"]);
  const both = bench([one]);
  both.create({ titles: { en: "Other" }, variants: [{ sku: "B" }] });
  expect(problemsOf(both.upsert({ variants: [{ sku: "10002" }, { sku: "B" }] }))).toEqual(["INVALID variants"]);
  expect(problemsOf(both.update(one.productId, { variants: [{ sku: "B" }] }))).toContain("SKU_TAKEN variants.0.sku");
});

test("lets a SKU go to another product once it was given up", () => {
  const one = stored({
    ...globe,
    options: [{ name: "Size", values: ["S", "L"] }],
    variants: [
      { sku: "S", options: { Size: "S" } },
      { sku: "L", options: { Size: "L" } },
    ],
  });
  const move = bench([one]);
  expect(move.update(one.productId, { removedSkus: ["L"] }).outcome).toBe("updated");
  expect(move.create({ titles: { en: "Large globe" }, variants: [{ sku: "L" }] }).outcome).toBe("created");
  const facts = move.changes().flatMap(factsOf);
  expect(facts).toMatchObject([{ data: { removedSkus: ["L"] } }, { event: "ProductCreated" }]);
});

test.each<[string, ProductChange, string]>([
  ["no title", { variants: [{ sku: "A" }] }, "INVALID titles.en"],
  ["a description without a title", { ...globe, descriptions: { de: "Ball" } }, "INVALID titles.de"],
  ["no variant", { titles: { en: "A" } }, "INVALID variants"],
  [
    "a SKU twice",
    {
      ...globe,
      options: [{ name: "S", values: ["1"] }],
      variants: [
        { sku: "A", options: { S: "1" } },
        { sku: "A", options: { S: "2" } },
      ],
    },
    "INVALID variants.1.sku",
  ],
  [
    "an option value missing",
    { ...globe, options: [{ name: "Size", values: ["S"] }], variants: [{ sku: "A" }] },
    "INVALID variants.0.options",
  ],
  [
    "an option named like a property of every object",
    { ...globe, options: [{ name: "constructor", values: ["S"] }], variants: [{ sku: "A" }] },
    "INVALID variants.0.options",
  ],
  ["an unknown option", { ...globe, variants: [{ sku: "A", options: { Size: "S" } }] }, "INVALID variants.0.options"],
  ["two variants alike", { ...globe, variants: [{ sku: "A" }, { sku: "B" }] }, "INVALID variants.1.options"],
  [
    "a market twice",
    {
      ...globe,
      variants: [{ sku: "A", prices: [1, 2].map((amountMinor) => ({ market: "gb", currency: "GBP", amountMinor })) }],
    },
    "INVALID variants.0.prices",
  ],
  ["a NUL character", { ...globe, titles: { en: "A\0B" } }, "INVALID titles.en"],
  ["half a character", { ...globe, customFields: { note: ["\ud800"] } }, "INVALID customFields.note.0"],
])("refuses %s and names the field", (_, draft, problem) => {
  expect(problemsOf(bench().create(draft))).toContain(problem);
});

test("refuses to remove a SKU that is not there", () => {
  const one = stored();
  expect(problemsOf(bench([one]).update(one.productId, { removedSkus: ["X"] }))).toEqual([
    "SKU_NOT_FOUND removedSkus.0",
  ]);
});
