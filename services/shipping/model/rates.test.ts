import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RateTable } from "../contract.ts";
import { findOffers, findRateFaults } from "./rates.ts";

const method = (name: string, ...bands: [upToGrams: number, amountMinor: number][]) => ({
  method: name,
  titles: { en: name },
  estimatedDays: { min: 1, max: 2 },
  bands: bands.map(([upToGrams, amountMinor]) => ({ upToGrams, amountMinor })),
});
const table: RateTable = {
  currency: "GBP",
  zones: [
    {
      zone: "home",
      countries: ["GB"],
      methods: [method("express", [1000, 900]), method("standard", [1000, 300], [2000, 500])],
    },
    { zone: "world", countries: ["*"], methods: [method("standard", [500, 2000])] },
  ],
};
const pricesTo = (country: string, weightGrams: number) =>
  findOffers(table, { country, weightGrams }).map((offer) => [offer.method, offer.amountMinor]);

describe("shipping rates", () => {
  test("come cheapest first", () => {
    expect(pricesTo("GB", 500)).toEqual([
      ["standard", 300],
      ["express", 900],
    ]);
  });

  test("go by the first band that carries the weight, its edge included", () => {
    expect(pricesTo("GB", 0)[0]).toEqual(["standard", 300]);
    expect(pricesTo("GB", 1000)[0]).toEqual(["standard", 300]);
    expect(pricesTo("GB", 1001)).toEqual([
      ["standard", 500],
      ["express", 1800],
    ]);
  });

  test("make several parcels of what is too heavy for one", () => {
    expect(pricesTo("GB", 2000)).toEqual([
      ["standard", 500],
      ["express", 1800],
    ]);
    expect(pricesTo("GB", 4500)).toEqual([
      ["standard", 500 + 500 + 300],
      ["express", 4500],
    ]);
    expect(pricesTo("FR", 1000)).toEqual([["standard", 4000]]);
  });

  test("send everywhere else by the zone of the rest, or nowhere without one", () => {
    expect(pricesTo("NZ", 100)).toEqual([["standard", 2000]]);
    expect(findOffers({ ...table, zones: table.zones.slice(0, 1) }, { country: "NZ", weightGrams: 100 })).toEqual([]);
  });

  test("never get cheaper by weight when their bands do not", () => {
    const grams = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(grams, grams, (one, other) => {
        const price = (weightGrams: number) => findOffers(table, { country: "NZ", weightGrams })[0]!.amountMinor;
        expect(price(Math.min(one, other))).toBeLessThanOrEqual(price(Math.max(one, other)));
      }),
    );
  });
});

describe("a rate table", () => {
  test("that can be used has no faults", () => expect(findRateFaults(table)).toEqual([]));

  test("is told each of its faults by field", () => {
    const bad = { ...method("standard", [1000, 1], [1000, 2]), titles: { de: "x" }, estimatedDays: { min: 3, max: 2 } };
    const faults = findRateFaults({
      currency: "GBP",
      zones: [{ zone: "home", countries: ["GB", "GB"], methods: [bad, method("standard", [1, 1])] }],
    });
    expect(faults.map((fault) => fault.field)).toEqual([
      "zones/0/countries",
      "zones/0/methods/0/titles",
      "zones/0/methods/0/estimatedDays",
      "zones/0/methods/0/bands",
      "zones/0/methods/1/method",
    ]);
  });
});
