import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { webRequest } from "#platform/testing-pages";
import { catalog } from "./contract.ts";
import { picturePage } from "./serve-picture.ts";
import { service } from "./service.ts";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#f00"/></svg>`;
const AVIF = "image/avif,image/webp,*/*;q=0.8";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
  await put("photo.jpg", await drawn(1_000, 500).jpeg().withMetadata({ orientation: 6 }).toBuffer());
  await put("logo.png", await drawn(300, 300).png().toBuffer());
  await put("art.svg", Buffer.from(SVG));
  await put("bomb.png", await drawn(5_000, 5_000).png({ compressionLevel: 9 }).toBuffer());
});
afterAll(() => shop?.stop());

function drawn(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: "#c33" } });
}

async function put(name: string, content: Buffer): Promise<void> {
  const body = (async function* () {
    yield content;
  })();
  await shop.call(catalog.putImage, { name, body });
}

const get = (width: string, name: string, headers: Record<string, string> = {}) =>
  picturePage.handle(webRequest({ parameters: { width, name }, headers }), shop.context("catalog"));
const seen = async (answer: { readonly body?: unknown }) => sharp(answer.body as Uint8Array).metadata();

describe("a photograph", () => {
  test.each([
    [AVIF, "image/avif", "heif"],
    ["image/webp", "image/webp", "webp"],
    ["*/*", "image/webp", "webp"],
  ])("for %s is sent as %s, turned as it was taken", async (accept, contentType, format) => {
    const answer = await get("160", "photo.jpg", { accept });
    expect(answer).toMatchObject({
      contentType,
      headers: { vary: "accept", "cache-control": "public, max-age=31536000, immutable" },
    });
    expect(await seen(answer)).toMatchObject({ format, width: 160, height: 320 });
  });

  test("is never enlarged", async () => {
    expect(await seen(await get("1920", "logo.png"))).toMatchObject({ width: 300, height: 300 });
  });

  test("is not sent twice to who has it, in each size and format by itself", async () => {
    const { etag } = (await get("160", "photo.jpg")).headers as { etag: string };
    expect(await get("160", "photo.jpg", { "if-none-match": `"x", W/${etag}` })).toMatchObject({ status: 304 });
    expect((await get("160", "photo.jpg", { "if-none-match": etag, accept: AVIF })).status).toBeUndefined();
    expect((await get("320", "photo.jpg", { "if-none-match": etag })).status).toBeUndefined();
  });
});

test("a drawing is sent as it is, whatever the width", async () => {
  expect(await get("320", "art.svg")).toMatchObject({ status: 302, headers: { location: "/images/art.svg" } });
});

test("for who shows it elsewhere, anything is a JPEG on a ground of one size", async () => {
  for (const name of ["art.svg", "photo.jpg"]) {
    const answer = await get("share", name, { accept: AVIF });
    expect(answer.contentType).toBe("image/jpeg");
    expect(await seen(answer)).toMatchObject({ format: "jpeg", width: 1_200, height: 630 });
  }
  expect(await seen(await get("square", "art.svg"))).toMatchObject({ width: 1_200, height: 1_200 });
});

test("there is nothing at other widths and names, nor of a picture that would fill the memory", async () => {
  for (const [width, name] of [
    ["161", "photo.jpg"],
    ["0160", "photo.jpg"],
    ["160", "nothing.jpg"],
    ["160", "a\0.jpg"],
    ["160", "bomb.png"],
    ["share", "bomb.png"],
  ] as const)
    await expect(get(width, name)).rejects.toMatchObject({ status: 404 });
});
