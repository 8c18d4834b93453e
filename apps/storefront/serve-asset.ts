import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { refuse } from "#kernel/refusal";
import { encodingAmong } from "#platform/http/compress";
import type { WebAnswer, WebPage, WebRequest } from "#platform/service";
import { BUILD } from "./views.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".png": "image/png",
};
const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.(js|css|png)$/;
/** Beside each script and style lies the same, compressed. */
const ENDINGS = { br: ".br", gzip: ".gz", identity: "" } as const;

/** Scripts, styles and icons. Their names change with their bytes, so browsers keep them for a year; what can be was compressed when it was built. */
export const assetPage: WebPage = {
  method: "GET",
  path: "/assets/:file",
  port: "public",
  summary: "A script, style or icon of the shop",
  handle: serveAsset,
};

async function serveAsset(request: WebRequest): Promise<WebAnswer> {
  const name = request.parameters["file"] ?? "";
  const isCompressible = extname(name) !== ".png";
  const accepted = request.headers["accept-encoding"] ?? "";
  const encoding = isCompressible ? encodingAmong(["br", "gzip"], accepted) : "identity";
  const body = NAME.test(name) ? await find(name + ENDINGS[encoding]) : undefined;
  if (body === undefined) throw refuse.NOT_FOUND();
  return {
    contentType: TYPES[extname(name)]!,
    headers: {
      "cache-control": "public, max-age=31536000, immutable",
      ...(isCompressible ? { vary: "accept-encoding" } : {}),
      ...(encoding === "identity" ? {} : { "content-encoding": encoding }),
    },
    body,
  };
}

const kept = new Map<string, Promise<Uint8Array | undefined>>();

/** Files of a build never change: each is read once. */
function find(file: string): Promise<Uint8Array | undefined> {
  let read = kept.get(file);
  if (read === undefined) {
    read = readFile(join(BUILD, "assets", file)).catch(() => {
      kept.delete(file); // else whoever guesses names fills the memory
      return undefined;
    });
    kept.set(file, read);
  }
  return read;
}
