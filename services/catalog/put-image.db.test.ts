import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { webRequest } from "#platform/testing-pages";
import { catalog } from "./contract.ts";
import { imagePage } from "./serve-image.ts";
import { service } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
});
afterAll(() => shop?.stop());

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>`;
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function* chunks(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content as string);
  for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000);
}

const put = (name: string, content: string | Uint8Array) =>
  shop.call(catalog.putImage, { name, body: chunks(content) });
const get = (name: string, headers: Record<string, string> = {}) =>
  imagePage.handle(webRequest({ parameters: { name }, headers }), shop.context("catalog"));

test("serves a picture for ever, byte by byte, and not twice to who has it", async () => {
  const { etag, sizeBytes } = await put("dot.png", PNG);
  expect(sizeBytes).toBe(PNG.length);
  const answer = await get("dot.png");
  expect(Buffer.from(answer.body as Uint8Array).equals(PNG)).toBe(true);
  expect(answer).toMatchObject({
    contentType: "image/png",
    headers: {
      etag,
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
  const again = await get("dot.png", { "if-none-match": `"x", W/${etag}` });
  expect(again).toMatchObject({ status: 304 });
  expect(again.body).toBeUndefined();
});

test("takes the same picture again, and refuses another one under its name", async () => {
  const first = await put("same.svg", SVG);
  expect(await put("same.svg", SVG)).toEqual(first);
  await expect(put("same.svg", SVG.replace("rect", "circle"))).rejects.toMatchObject({ code: "IMAGE_NAME_TAKEN" });
});

test("refuses what is not what its name says, what is unsafe and what is too large", async () => {
  await expect(put("a.png", SVG)).rejects.toMatchObject({ code: "IMAGE_TYPE_NOT_SUPPORTED" });
  await expect(put("a.svg", "<html></html>")).rejects.toMatchObject({ code: "IMAGE_TYPE_NOT_SUPPORTED" });
  await expect(put("a.svg", SVG.replace("<rect", "<script"))).rejects.toMatchObject({ code: "IMAGE_NOT_SAFE" });
  await expect(put("a.svg", Buffer.concat([Buffer.from("<svg "), Buffer.from([0xff])]))).rejects.toMatchObject({
    code: "IMAGE_NOT_SAFE",
  });
  await expect(put("big.png", Buffer.concat([PNG, Buffer.alloc(1_048_576)]))).rejects.toMatchObject({
    code: "PAYLOAD_TOO_LARGE",
  });
  await expect(get("a.svg")).rejects.toMatchObject({ status: 404 });
});
