import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import { CategoryChanged } from "./events.ts";
import { service } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
});
afterAll(() => shop?.stop());

const put = (path: string, position = 0) => {
  const cut = path.lastIndexOf("/");
  const parent = cut === -1 ? null : path.slice(0, cut);
  return shop.call(catalog.putCategory, { slug: path.slice(cut + 1), parent, names: { en: path }, position });
};

test("makes a category once, and merges names by locale", async () => {
  const made = await put("once");
  expect(await put("once")).toEqual(made);
  await shop.call(catalog.putCategory, { slug: "once", names: { de: "Einmal" } });
  const seen = await shop.call(catalog.getCategory, { category: "once" }, { locale: "de" });
  expect(seen).toMatchObject({ name: "Einmal", names: { en: "once", de: "Einmal" } });
  expect(await shop.call(catalog.getCategory, { category: made.categoryId })).toMatchObject({ path: "once" });
  await shop.settle();
  expect((await shop.heard(CategoryChanged)).filter((event) => event.subject === made.categoryId)).toHaveLength(2);
});

test("moves a category with everything below it, and its products with it", async () => {
  await put("old");
  const moved = await put("old/lamps");
  await put("old/lamps/desk");
  await put("new");
  const { productId } = await shop.call(catalog.createProduct, {
    titles: { en: "Desk lamp" },
    categories: ["old/lamps/desk"],
    variants: [{ sku: "LAMP", prices: [{ market: "gb", currency: "GBP", amountMinor: 1 }] }],
  });
  await shop.call(catalog.getProduct, { productId });
  await shop.call(catalog.putCategory, { categoryId: moved.categoryId, slug: "lights", parent: "new", names: {} });
  const paths = (await shop.call(catalog.listCategories, {})).items.map((category) => category.path);
  expect(paths).toEqual(expect.arrayContaining(["old", "new", "new/lights", "new/lights/desk"]));
  expect(paths).not.toContain("old/lamps");
  expect((await shop.call(catalog.getProduct, { productId })).categories[0]!.path).toBe("new/lights/desk");
  expect((await shop.call(catalog.listProducts, { category: "new" })).items).toHaveLength(1);
  expect((await shop.call(catalog.listProducts, { category: "old" })).items).toHaveLength(0);
});

test("refuses a cycle, a taken path, an unknown parent and a tree that is too deep", async () => {
  const top = await put("a");
  await put("a/b");
  const taken = await put("c");
  await expect(
    shop.call(catalog.putCategory, { categoryId: top.categoryId, slug: "a", parent: "a/b", names: {} }),
  ).rejects.toMatchObject({ code: "CATEGORY_CYCLE" });
  await expect(
    shop.call(catalog.putCategory, { categoryId: taken.categoryId, slug: "a", names: {} }),
  ).rejects.toMatchObject({ code: "CATEGORY_TAKEN" });
  await expect(put("none/x")).rejects.toMatchObject({ code: "CATEGORY_NOT_FOUND" });
  for (const path of ["a/b/c", "a/b/c/d", "a/b/c/d/e"]) await put(path);
  await expect(
    shop.call(catalog.putCategory, { categoryId: top.categoryId, slug: "a", parent: "c", names: {} }),
  ).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("makes a category once when many ask for it at the same time", async () => {
  const drafts = Array.from({ length: 6 }, (_, index) => ({
    titles: { en: `Same ${index}` },
    categories: ["rush/deep/er"],
    variants: [{ sku: `RUSH-${index}` }],
  }));
  await Promise.all(drafts.map((draft) => shop.call(catalog.createProduct, draft)));
  const paths = (await shop.call(catalog.listCategories, {})).items
    .map((category) => category.path)
    .filter((path) => path.startsWith("rush"));
  expect(paths).toEqual(["rush", "rush/deep", "rush/deep/er"]);
});
