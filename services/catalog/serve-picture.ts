import { refuse as general } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { isKnown } from "#platform/http/etag";
import type { WebAnswer, WebPage, WebRequest } from "#platform/service";
import { pictureFormat, pictureSize } from "./model/picture-size.ts";
import { scalePicture } from "./scale-picture.ts";
import { scaledPictures } from "./scaled-pictures.ts";
import { findImage, findImageContent } from "./store.ts";

/** Pictures as wide as they are shown, in the smallest format that the browser reads. A drawing has every width: it is sent as it is. */
export const picturePage: WebPage = {
  method: "GET",
  path: "/pictures/:width/:name",
  port: "public",
  summary: "A product's picture in another size.",
  handle: servePicture,
};

const FOR_EVER = "public, max-age=31536000, immutable";

async function servePicture(request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  const { width = "", name = "" } = request.parameters;
  const size = pictureSize(width);
  if (size === undefined || name.includes("\0")) throw general.NOT_FOUND();
  const image = await findImage(ctx.db, ctx.store, name);
  if (image === undefined) throw general.NOT_FOUND();
  if (image.contentType === "image/svg+xml" && size.kind === "width")
    return { status: 302, headers: { location: `/images/${name}`, "cache-control": FOR_EVER }, body: "" };
  const format = pictureFormat(size, request.headers["accept"] ?? "");
  const etag = `"${image.etag.slice(1, -1)}.${width}.${format}"`;
  const answer = {
    contentType: `image/${format}`,
    headers: {
      "cache-control": FOR_EVER,
      etag,
      ...(size.kind === "width" ? { vary: "accept" } : {}),
      "cross-origin-resource-policy": "cross-origin",
    },
  };
  if (isKnown(etag, request.headers["if-none-match"])) return { status: 304, ...answer };
  const body = await ctx.resource(scaledPictures).read(etag, async () => {
    const { content } = (await findImageContent(ctx.db, ctx.store, name)) ?? {};
    if (content === undefined) throw general.NOT_FOUND();
    return scalePicture(content, { size, format }).catch((error: unknown) => {
      ctx.log.warn({ err: error, name }, "a picture cannot be scaled");
      throw general.NOT_FOUND();
    });
  });
  return { ...answer, body };
}
