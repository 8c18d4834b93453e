import { refuse as general } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { isKnown } from "#platform/http/etag";
import type { WebAnswer, WebPage, WebRequest } from "#platform/service";
import { findImage, findImageContent } from "./store.ts";

/** Pictures for everyone; a name never changes its bytes, so browsers and CDNs keep them for ever. */
export const imagePage: WebPage = {
  method: "GET",
  path: "/images/:name",
  port: "public",
  summary: "A product's picture.",
  handle: serveImage,
};

async function serveImage(request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  const name = request.parameters["name"] ?? "";
  const image = name.includes("\0") ? undefined : await findImage(ctx.db, ctx.store, name);
  if (image === undefined) throw general.NOT_FOUND();
  const headers = {
    "cache-control": "public, max-age=31536000, immutable",
    etag: image.etag,
    // Opened as a document, an SVG must be able to do nothing.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
  };
  if (isKnown(image.etag, request.headers["if-none-match"]))
    return { status: 304, contentType: image.contentType, headers };
  const { content } = (await findImageContent(ctx.db, ctx.store, name)) ?? {};
  if (content === undefined) throw general.NOT_FOUND();
  return { contentType: image.contentType, body: content, headers };
}
