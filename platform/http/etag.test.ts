import { expect, test } from "vitest";
import { encodedEtag, etagOf, isKnown } from "./etag.ts";

test("a validator names bytes, and is compared weakly", () => {
  const etag = etagOf(Buffer.from("bytes"));
  expect(etag).not.toBe(etagOf(Buffer.from("other bytes")));
  expect([etag, "*", `W/${etag}`, `"other", ${etag}`].map((told) => isKnown(etag, told))).toEqual(
    Array.from({ length: 4 }, () => true),
  );
  expect([undefined, "", '"other"'].map((told) => isKnown(etag, told))).toEqual([false, false, false]);
  expect([isKnown('W/"1"', '"1"'), isKnown('W/"1"', 'W/"1"')]).toEqual([true, true]);
});

test("a validator of encoded bytes is another", () => {
  expect([encodedEtag('"1"', "br"), encodedEtag('W/"1"', "gzip"), encodedEtag('"1"', "identity")]).toEqual([
    '"1-br"',
    'W/"1-gzip"',
    '"1"',
  ]);
});
