import { expect, test } from "vitest";
import { fileNameOf, readFileName } from "./goods-pieces.ts";

const gb = { market: "gb", locale: "en-GB" };
const de = { market: "de", locale: "de-DE" };
const deEn = { market: "de", locale: "en" };
const places = [gb, de, deEn];

test("a file is named after its market and language, and counted", () => {
  expect(places.map(fileNameOf)).toEqual(["gb-en", "de-de", "de-en"]);
  expect(readFileName("gb-en.xml", places, 1)).toEqual({ place: gb, number: 1 });
  expect(readFileName("de-en.12.xml", places, 1)).toEqual({ place: deEn, number: 12 });
});

test.each(["gb.xml", "fr-fr.xml", "gb-en", "gb-en.1.2.xml", "gb-en.-1.xml", "../gb-en.xml", "gb-en.xml.gz", ""])(
  "%s is no file",
  (name) => expect(readFileName(name, places, 1)).toBeUndefined(),
);
