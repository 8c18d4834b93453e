import { expect, test } from "vitest";
import { colourWords, materialWords, themeWords } from "./attribute-words.ts";
import { classify } from "./classify.ts";
import type { Facts } from "./classify.ts";
import { describeInGerman } from "./german-describe.ts";
import { germanMaterials, germanThemes } from "./german-facets.ts";
import { plainLook } from "./german-look.ts";
import { composePhrase, germanTitle } from "./german-title.ts";
import { germanNoun } from "./german-words.ts";
import { goodsTypes } from "./goods-types.ts";

const colours = [...new Set(Object.values(colourWords))];
const phrases = Object.entries(goodsTypes).flatMap(([type, { phrases: texts }]) =>
  texts.map((phrase) => ({ type, phrase, noun: germanNoun(type, phrase) })),
);

test.each([
  ["White Lace Cake Stand", "Weiße Tortenplatte mit Spitze"],
  ["Set of 3 Tall Pink Glass Candle Holders", "3er-Set hohe rosa Kerzenhalter aus Glas"],
  ["Pack of 60 Mushroom Cake Cases", "60 Muffinförmchen mit Pilzen"],
  ["Set of 3 Vintage Gift Wraps", "Vintage-Geschenkpapier, 3er-Set"],
  ["No Junk Mail Metal Sign", "Metallschild „No Junk Mail“"],
  ["French Blue Metal Kitchen Sign", "Blaues Küchenschild aus Metall im französischen Stil"],
  ["Owl Doorstop", "Türstopper „Eule“"],
  ["Owl Jumbo Bag", "XXL-Tasche mit Eulen"],
  ["Owl Feltcraft Cushion", "Filz-Bastelset „Kissen – Eule“"],
  ["Assorted Colour T-Light Holder", "Teelichthalter, sortiert"],
  ["Magic Garden Hanger, 1 Hook", "Hakenleiste „Zaubergarten“ mit einem Haken"],
  ["Pearl & Shell Necklace, 42-Inch", "Halskette mit Perlen und Muscheln, 42 Zoll"],
  ["Blue Children's Garden Gloves", "Blaue Kinder-Gartenhandschuhe"],
  ["Felt Farm Animal White Bunny", "Weißer Bauernhof-Hase aus Filz"],
  ["Sombrero", "Sombrero"],
])("%s is called %s", (english, german) => {
  expect(germanTitle(english, classify(english))).toBe(german);
});

test("refuses a title with a word that nobody has told in German", () => {
  const title = "Flabbergasting Mug";
  expect(() => germanTitle(title, classify(title))).toThrow('no row for "flabbergasting"');
});

test.each([
  ["Set of 3 Red Polka Dot Glass Candle Holders", "Ein roter Kerzenhalter aus Glas mit Tupfen. Im Set sind 3 Stück."],
  ["Large White Vintage Heart Mirror", "Ein weißer Herzspiegel im Vintage-Stil."],
  ["Green Gift Wrap", "Grünes Geschenkpapier."],
  ["Pink Skull Earrings", "Rosa Ohrringe mit Totenkopfmotiv."],
])("%s is described so: %s", (title, text) => {
  expect(describeInGerman({ title, facts: classify(title), option: undefined })).toBe(text);
});

test("tells how many variants there are, and which colours when every variant has its own", () => {
  const facts = { ...classify("Glass Vase"), colours: ["blue", "red"] };
  const values = ["Sky", "Ruby"];
  expect(describeInGerman({ title: "Glass Vase", facts, option: { name: "Colour", values } })).toMatch(
    /^Eine Vase aus Glas\. (?:Erhältlich in|In 2 Farben erhältlich:) Blau und Rot\.$/,
  );
  expect(describeInGerman({ title: "Glass Vase", facts, option: { name: "Size", values } })).toContain("2 Größen");
});

test("every phrase that names a thing has a noun that is written as German nouns are", () => {
  const wrong = phrases.filter(({ noun }) =>
    [noun.singular, noun.plural ?? "X"].some((word) => !/^(?:\d+ |3D-)?[A-ZÄÖÜ]/.test(word)),
  );
  expect(wrong).toEqual([]);
});

test("nouns that end in the same word have its gender", () => {
  const heads = phrases
    .filter(({ noun }) => noun.gender !== "p" && !noun.singular.includes(" und "))
    .map(({ noun }) => ({
      head: noun.singular.replace(/ .*/, "").split("-").at(-1)?.toLowerCase() ?? "",
      gender: noun.gender,
    }));
  const wrong = heads.filter(({ head, gender }) =>
    head.endsWith("chen")
      ? gender !== "n" && head !== "kuchen"
      : heads.some((other) => other.head.length > 3 && head.endsWith(other.head) && other.gender !== gender),
  );
  expect(wrong).toEqual([]);
});

test("every material and every theme has a German name", () => {
  expect(Object.keys(germanMaterials).toSorted()).toEqual(Object.keys(materialWords).toSorted());
  expect(Object.keys(germanThemes).toSorted()).toEqual(Object.keys(themeWords).toSorted());
});

test("each thing in each colour has the ending of its gender, one and many", () => {
  const endings = { m: "er", f: "e", n: "es", p: "e" };
  const wrong = phrases.flatMap(({ phrase, noun }) =>
    colours.flatMap((colour) =>
      [false, true].flatMap((isPlural) => {
        const text = composePhrase(noun, { ...plainLook, colours: [colour], isPlural });
        const gender = isPlural && noun.plural !== undefined ? "p" : noun.gender;
        const adjectives = text.split(/ (?=[\dA-ZÄÖÜ])/)[0]?.split(" ") ?? [];
        const isRight =
          adjectives.length > 0 && adjectives.every((word) => word === "rosa" || word.endsWith(endings[gender]));
        return isRight && new Set(adjectives).size === adjectives.length ? [] : [`${phrase}: ${text}`];
      }),
    ),
  );
  expect(wrong).toEqual([]);
});

test("each type of goods in each colour and theme is one sound sentence", () => {
  const articles = { m: "Ein ", f: "Eine ", n: "Ein ", p: "" };
  const nothing = classify("Find");
  const wrong: string[] = [];
  for (const type of Object.keys(goodsTypes)) {
    const noun = germanNoun(type);
    const start = noun.plural === undefined ? "" : articles[noun.gender];
    for (const colour of colours)
      for (const theme of Object.keys(themeWords)) {
        const facts: Facts = { ...nothing, type, colours: [colour], themes: [theme] };
        const text = describeInGerman({ title: `${type} ${theme}`, facts, option: undefined });
        const [sentence = ""] = text.split(/(?<=\.) /);
        const isSound =
          (sentence.startsWith(start) || sentence.startsWith("Genau das")) &&
          sentence.includes(noun.singular) &&
          sentence.endsWith(".") &&
          !/ {2}|undefined| ,| \./.test(text) &&
          sentence.split(" mit ").length <= 2 &&
          sentence.split(" im ").length <= 2;
        if (!isSound) wrong.push(text);
      }
  }
  expect(wrong).toEqual([]);
}, 60_000);
