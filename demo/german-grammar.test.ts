import { expect, test } from "vitest";
import { colourWords } from "./attribute-words.ts";
import { describeColours } from "./german-colours.ts";
import { compound, indefiniteArticle, inflect, listWithAnd } from "./german-grammar.ts";
import type { Gender } from "./german-grammar.ts";

const genders: readonly Gender[] = ["m", "f", "n", "p"];

test("adjectives end as their noun asks", () => {
  expect(genders.map((gender) => inflect("weiß", gender))).toEqual(["weißer", "weiße", "weißes", "weiße"]);
  expect(genders.map((gender) => inflect("hoh", gender))).toEqual(["hoher", "hohe", "hohes", "hohe"]);
  expect(genders.map((gender) => inflect("rosa", gender))).toEqual(["rosa", "rosa", "rosa", "rosa"]);
  expect(genders.map(indefiniteArticle)).toEqual(["ein", "eine", "ein", ""]);
});

test.each([
  [["red"], "roter", ""],
  [["pink"], "rosa", ""],
  [["silver"], "silberfarbener", ""],
  [["black", "white"], "schwarz-weißer", ""],
  [["white", "pink"], "rosa-weißer", ""],
  [["cream", "red"], "rot-cremefarbener", ""],
  [["gold", "silver"], "gold- und silberfarbener", ""],
  [["pink", "silver"], "rosa-silberfarbener", ""],
  [["multicolour"], "bunter", ""],
  [["multicolour", "silver"], "bunter silberfarbener", ""],
  [["blue", "red", "white"], "", "in Blau, Rot und Weiß"],
  [[], "", ""],
])("%j before a masculine noun is %j and behind it %j", (values, before, behind) => {
  expect(describeColours(values, "m")).toEqual({ before, behind });
});

test("every colour and every pair of colours can be said before a noun of every gender", () => {
  const endings = { m: /er$|rosa$/, f: /e$|rosa$/, n: /es$|rosa$/, p: /e$|rosa$/ };
  const colours = [...new Set(Object.values(colourWords))];
  const pairs = colours.flatMap((one) => [[one], ...colours.filter((two) => two !== one).map((two) => [one, two])]);
  const wrong = pairs.flatMap((values) =>
    genders
      .map((gender) => describeColours(values, gender).before)
      .filter((text, at) => !endings[genders[at]!].test(text)),
  );
  expect(wrong).toEqual([]);
});

test.each([
  [["Kinder"], "Tasse", "Kindertasse"],
  [["Vintage-"], "Karte", "Vintage-Karte"],
  [["Weihnachts", "Vintage-"], "Karte", "Vintage-Weihnachtskarte"],
  [["Kinder"], "Kinderschale", "Kinderschale"],
  [["Klapp"], "Taschenspiegel", "Klapp-Taschenspiegel"],
  [["Party-"], "XXL-Tasche", "Party-XXL-Tasche"],
  [["Weihnachts"], "LED-Lampe", "Weihnachts-LED-Lampe"],
  [[], "Tasse", "Tasse"],
])("%j and %s make %s", (prefixes, noun, whole) => {
  expect(compound(prefixes, noun)).toBe(whole);
});

test("lists end with und", () => {
  expect([[], ["Rot"], ["Rot", "Weiß"], ["Rot", "Weiß", "Blau"]].map(listWithAnd)).toEqual([
    "",
    "Rot",
    "Rot und Weiß",
    "Rot, Weiß und Blau",
  ]);
});
