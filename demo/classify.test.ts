import { expect, test } from "vitest";
import { listCategories } from "./category-tree.ts";
import { chooseCategories, classify } from "./classify.ts";
import { goodsTypes } from "./goods-types.ts";

test.each([
  ["Glass Star Frosted T-Light Holder", "candle-holder"],
  ["Birdcage Decoration T-Light Holder", "candle-holder"],
  ["Set of 12 Fairy Cake Baking Cases", "cake-cases"],
  ["Pink Heart Shape Egg Frying Pan", "pan"],
  ["Ceramic Cherry Cake Money Bank", "money-box"],
  ["Cupcake Metal Sign with Single Hook", "hook"],
  ["Ivory Knitted Mug Cosy", "cosy"],
  ["Amber Glass, Shell & Pearl Necklace", "necklace"],
  ["Red Purse with Pink Heart", "purse"],
  ["Candlestick Candle", "candle"],
  ["Jam Clock Magnet", "magnet"],
])("%s is a %s", (title, type) => {
  expect(classify(title).type).toBe(type);
});

test("reads colour, material, theme and set size from the title alone", () => {
  expect(classify("Set of 6 Red Polka Dot Glass Christmas Baubles")).toMatchObject({
    colours: ["red"],
    materials: ["glass"],
    themes: ["christmas", "polka-dot"],
    setSize: 6,
  });
});

test("does not take a flavour, a scent or another thing's colour for the thing's own", () => {
  expect(classify("Chocolate Cupcakes Baking Mould").colours).toEqual([]);
  expect(classify("Set of 9 Orange Scented T-Lights").colours).toEqual([]);
  expect(classify("Ice Cream Design Garden Parasol").colours).toEqual([]);
  expect(classify("Orange Flower Mug").colours).toEqual(["orange"]);
  expect(classify("Black Flower Candle Plate").materials).toEqual([]);
});

test("a title that no word list knows has no type and lands in the fallback", () => {
  const facts = classify("Dad's Cab Electronic Meter");
  expect(facts.type).toBe("small-toy");
  expect(classify("Zyx Qwv").type).toBeUndefined();
  expect(chooseCategories(classify("Zyx Qwv"))).toEqual(["home-decor/curiosities"]);
});

test("Christmas goods are found under their kind and under the season", () => {
  expect(chooseCategories(classify("Robin Christmas Card"))).toEqual(["stationery/cards", "seasonal/christmas"]);
});

test("every kind of goods has a category of the tree and no phrase names two kinds", () => {
  const leaves = new Set(
    listCategories().flatMap(({ slug, parent }) => (parent === null ? [] : [`${parent}/${slug}`])),
  );
  const strays = Object.entries(goodsTypes).filter(([, { leaf }]) => !leaves.has(leaf));
  expect(strays).toEqual([]);
  const phrases = Object.values(goodsTypes).flatMap(({ phrases: texts }) => texts);
  expect(phrases.filter((phrase, index) => phrases.indexOf(phrase) !== index)).toEqual([]);
});
