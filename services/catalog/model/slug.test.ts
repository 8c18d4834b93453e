import fc from "fast-check";
import { expect, test } from "vitest";
import { nameOfSlug, slugCandidates, slugOf, sortKey } from "./slug.ts";

test.each([
  ["Children’s Café Set & Straße", "childrens-cafe-set-and-strasse"],
  ["  T-Light / Holder -- 3pc ", "t-light-holder-3pc"],
  ["日本語", ""],
])("makes %j an address", (title, slug) => {
  expect(slugOf(title)).toBe(slug);
});

test("every candidate is a valid address, whatever the title", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,31}$/),
      (title, sku) => {
        for (const slug of slugCandidates(title, sku)) {
          expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
          expect(slug.length).toBeLessThanOrEqual(255);
        }
      },
    ),
  );
});

test("sorts titles without regard to case and accents", () => {
  expect(["Zebra", "Älg", "apple", "Éclair"].toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))).toEqual([
    "Älg",
    "apple",
    "Éclair",
    "Zebra",
  ]);
});

test("names a category after its slug", () => {
  expect(nameOfSlug("candle-holders")).toBe("Candle holders");
});
