import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { refuse } from "#kernel/refusal";
import type { WebAnswer, WebPage, WebRequest } from "#platform/service";
import { BUILD } from "./views.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.(js|css|svg)$/;
const ENCODINGS = { br: ".br", gzip: ".gz" } as const;

/** Scripts and styles. Their names change with their bytes, so browsers keep them for a year; they were compressed when they were built. */
export const assetPage: WebPage = {
  method: "GET",
  path: "/assets/:file",
  port: "public",
  summary: "A script or style of the shop",
  handle: serveAsset,
};

async function serveAsset(request: WebRequest): Promise<WebAnswer> {
  const name = request.parameters["file"] ?? "";
  if (!NAME.test(name)) throw refuse.NOT_FOUND();
  const accepted = encodingOf(request.headers["accept-encoding"] ?? "");
  const body = (await find(name, accepted)) ?? (accepted === undefined ? undefined : await find(name, undefined));
  if (body === undefined) throw refuse.NOT_FOUND();
  return {
    contentType: TYPES[extname(name)]!,
    headers: {
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(accepted === undefined ? {} : { "content-encoding": accepted }),
    },
    body,
  };
}

function encodingOf(accepted: string): keyof typeof ENCODINGS | undefined {
  if (/\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) return "br";
  if (/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) return "gzip";
  return undefined;
}

const kept = new Map<string, Promise<Uint8Array | undefined>>();

/** Files of a build never change: each is read once. */
function find(name: string, encoding: keyof typeof ENCODINGS | undefined): Promise<Uint8Array | undefined> {
  const file = join("assets", name + (encoding === undefined ? "" : ENCODINGS[encoding]));
  let read = kept.get(file);
  if (read === undefined) {
    read = readFile(join(BUILD, file)).catch(() => {
      kept.delete(file); // else whoever guesses names fills the memory
      return undefined;
    });
    kept.set(file, read);
  }
  return read;
}
