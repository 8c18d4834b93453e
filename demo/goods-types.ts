import { readFileSync } from "node:fs";

/** What a kind of goods is: its category, its drawing, its weight in grams packed for one piece, its name in a sentence, and the
 *  words that name it. Words may be plural in a title. Longer phrases and those nearer the end of a title win (classify.ts). */
export type GoodsType = {
  readonly leaf: string;
  readonly art: string;
  readonly weightGrams: number;
  readonly noun: string;
  readonly phrases: readonly string[];
};

/** Every kind of goods by its slug (the `type` attribute), from words/goods-types.tsv: one row each, phrases between bars. */
export const goodsTypes: Readonly<Record<string, GoodsType>> = readGoodsTypes();

function readGoodsTypes(): Record<string, GoodsType> {
  const text = readFileSync(new URL("words/goods-types.tsv", import.meta.url), "utf8");
  const [, ...rows] = text.trimEnd().split("\n");
  return Object.fromEntries(
    rows.map((row) => {
      const [slug, leaf, art, grams, noun, phrases] = row.split("\t");
      const isWhole = slug && leaf && art && noun && phrases && Number(grams) > 0;
      if (!isWhole) throw new Error(`words/goods-types.tsv: malformed row: ${row}`);
      return [slug, { leaf, art, weightGrams: Number(grams), noun, phrases: phrases.split("|") }];
    }),
  );
}
