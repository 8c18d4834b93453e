import { expect, test } from "vitest";
import { groupVariants } from "./group-variants.ts";

const good = (sku: string, title: string, pricePence = 295) => ({ sku, title, pricePence });

test("codes of one number whose titles differ in a colour are one product", () => {
  const groups = groupVariants([
    good("84660A", "White Stitched Wall Clock"),
    good("84660C", "Pink Stitched Wall Clock"),
  ]);
  expect(groups).toEqual([
    {
      title: "Stitched Wall Clock",
      option: "Colour",
      members: [
        { sku: "84660A", value: "White" },
        { sku: "84660C", value: "Pink" },
      ],
    },
  ]);
});

test("a letter of the alphabet is an option", () => {
  const [group] = groupVariants([good("90214A", "Letter A Bling Key Ring"), good("90214B", "Letter B Bling Key Ring")]);
  expect(group).toMatchObject({ title: "Letter Bling Key Ring", option: "Letter" });
});

test("codes of one number that are different goods stay apart", () => {
  const groups = groupVariants([
    good("47503A", "Floral Print Multi Screwdriver"),
    good("47503H", "Floral Print Spirit Level"),
  ]);
  expect(groups.map(({ option }) => option)).toEqual([undefined, undefined]);
});

test("numbers far apart are different goods even when only the colour differs", () => {
  const groups = groupVariants([good("20676", "Red Polka Dot Bowl"), good("23999", "Blue Polka Dot Bowl")]);
  expect(groups).toHaveLength(2);
});

test("two words that differ are too many", () => {
  const groups = groupVariants([
    good("84859A", "Large Silver Disco Handbag"),
    good("84859B", "Small Blue Disco Handbag"),
  ]);
  expect(groups).toHaveLength(2);
});

test("a colour at a quite different price is another article", () => {
  const groups = groupVariants([good("84963A", "Pink Painted Chair", 4295), good("84963B", "Blue Painted Chair", 995)]);
  expect(groups).toHaveLength(2);
});
