import { describe, expect, test } from "vitest";
import { asId } from "#kernel/id";
import { sumOf, viewLines, type Stock, type Variant } from "./view.ts";

const variant = (sku: string, told: Partial<Variant> = {}): Variant => ({
  sku,
  variantId: asId("variant", "0199d0c0-0000-7000-8000-000000000001"),
  productId: asId("product", "0199d0c0-0000-7000-8000-000000000002"),
  slug: "lantern",
  title: "Lantern",
  optionText: "Red",
  status: "active",
  unitPrice: { amountMinor: 425, currency: "GBP" },
  weightGrams: 250,
  image: null,
  categories: [],
  attributes: {},
  ...told,
});
const stock = (sku: string, available: number): Stock => ({
  sku,
  available,
  availability: available > 0 ? "in" : "out",
});

describe("a line of a cart", () => {
  test("has the price of now, times its pieces", () => {
    const [line] = viewLines([{ sku: "A", quantity: 3 }], [variant("A")], [stock("A", 9)]);
    expect(line).toMatchObject({
      unitPrice: { amountMinor: 425 },
      subtotal: { amountMinor: 1275 },
      availability: "in",
      problem: null,
      available: null,
    });
  });

  test.each([
    ["is unknown", []],
    ["is archived", [variant("A", { status: "archived" })]],
    ["has no price in this market", [variant("A", { unitPrice: null })]],
  ])("stays without a price when its SKU %s", (_, variants) => {
    const [line] = viewLines([{ sku: "A", quantity: 1 }], variants, [stock("A", 9)]);
    expect(line).toMatchObject({ sku: "A", unitPrice: null, subtotal: null, problem: "not_sellable" });
  });

  test("tells how many are left when that is fewer than asked for", () => {
    const [line] = viewLines([{ sku: "A", quantity: 3 }], [variant("A")], [stock("A", 2)]);
    expect(line).toMatchObject({ problem: "insufficient_stock", available: 2 });
  });

  test("is shown without price when the catalogue does not answer, and without availability when inventory does not", () => {
    const lines = [{ sku: "A", quantity: 1 }];
    expect(viewLines(lines, undefined, [stock("A", 2)])[0]).toMatchObject({
      unitPrice: null,
      problem: "temporarily_unavailable",
    });
    expect(viewLines(lines, [variant("A")], undefined)[0]).toMatchObject({ availability: "unknown", problem: null });
  });
});

test("the sum is over the lines that have a price", () => {
  const lines = viewLines(
    [
      { sku: "A", quantity: 2 },
      { sku: "X", quantity: 1 },
    ],
    [variant("A")],
    [],
  );
  expect(sumOf(lines, "EUR")).toEqual({ amountMinor: 850, currency: "GBP" });
  expect(sumOf([], "EUR")).toEqual({ amountMinor: 0, currency: "EUR" });
});
