import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compress, encodingAmong, encodingFor, isCompressible } from "./compress.ts";

test.each([
  [undefined, "identity"],
  ["", "identity"],
  ["gzip, deflate, br, zstd", "zstd"],
  ["gzip, deflate, br", "br"],
  ["zstd;q=0.9, br", "br"],
  ["gzip", "gzip"],
  ["gzip;q=1.0, br;q=0.9", "gzip"],
  ["br;q=0, gzip;q=0.1", "gzip"],
  ["br;q=0, gzip;q=0", "identity"],
  ["identity", "identity"],
  ["identity, br;q=0.5", "identity"],
  ["identity;q=0.5, gzip", "gzip"],
  ["*", "identity"],
  ["deflate", "identity"],
])("who accepts %j gets %s", (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding);
});

test("who has fewer encodings than a client takes gives the best of them", () => {
  expect(encodingAmong(["br", "gzip"], "gzip, deflate, br, zstd")).toBe("br");
  expect(encodingAmong(["br", "gzip"], "zstd")).toBe("identity");
});

test.each([
  ["text/html; charset=utf-8", true],
  ["text/css", true],
  ["text/javascript", true],
  ["text/plain; charset=utf-8", true],
  ["application/json; charset=utf-8", true],
  ["application/manifest+json", true],
  ["application/ld+json", true],
  ["application/xml", true],
  ["application/javascript", true],
  ["image/svg+xml", true],
  ["image/png", false],
  ["font/woff2", false],
  ["application/octet-stream", false],
  ["text/event-stream", false],
])("%s is worth compressing: %s", (type, isSo) => {
  expect([isCompressible(type, 1_024), isCompressible(type, 1_023)]).toEqual([isSo, false]);
});

describe("what is compressed", () => {
  const text = Buffer.from("<li>A mug, blue</li>".repeat(10_000));
  const short = text.subarray(0, 10_000);

  test("is the same afterwards", async () => {
    for (const bytes of [text, short]) {
      expect(zstdDecompressSync(await compress(bytes, "zstd")).equals(bytes)).toBe(true);
      expect(brotliDecompressSync(await compress(bytes, "br")).equals(bytes)).toBe(true);
      expect(gunzipSync(await compress(bytes, "gzip")).equals(bytes)).toBe(true);
      expect((await compress(bytes, "br")).length).toBeLessThan(bytes.length / 10);
    }
  });
});
