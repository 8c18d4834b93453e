import { expect, test } from "vitest";
import { prefersHtml, qualityOf } from "./preferences.ts";

test.each([
  ["br", "gzip, deflate, br, zstd", 1],
  ["br", "gzip;q=1.0, BR ; q=0.5", 0.5],
  ["br", "br;q=0", 0],
  ["br", "br;q=0.000, gzip", 0],
  ["br", "brotli, x-br, br2", undefined],
  ["br", "*", undefined],
  ["br", "", undefined],
  ["br", ",;,br", 1],
  ["text/html", "text/html;level=1;q=0.3", 0.3],
])("%s in %j is wanted as much as %s", (name, told, quality) => {
  expect(qualityOf(name, told)).toBe(quality);
});

test.each([
  ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true],
  ["text/html", true],
  ["application/json;q=0.9, text/html", true],
  ["text/html;q=0.8, application/json", false],
  ["text/html;q=0.8, application/problem+json", false],
  ["text/html;q=0", false],
  ["application/json", false],
  ["*/*", false],
  ["image/avif,image/webp,*/*;q=0.8", false],
  [undefined, false],
])("who accepts %j wants a page: %s", (accept, isSo) => {
  expect(prefersHtml(accept)).toBe(isSo);
});
