import { createHash } from "node:crypto";
import type { Input, Output } from "#kernel/contract";
import { refuse as general } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { refuse, type catalog } from "./contract.ts";
import { fitsName, pictureType } from "./model/picture.ts";
import { findSvgDanger } from "./model/svg-safety.ts";
import { findImage, insertImage } from "./store.ts";

const MAXIMUM_BYTES = 1_048_576;

/** Stores a picture for ever under its name. Safe to repeat with the same bytes; other bytes are IMAGE_NAME_TAKEN, because
 *  shoppers' browsers never ask again for a name they know. */
export async function putImage(
  input: Input<typeof catalog.putImage>,
  ctx: Ctx,
): Promise<Output<typeof catalog.putImage>> {
  const content = await readAtMost(input.body, MAXIMUM_BYTES);
  const contentType = checkPicture(content, input.name);
  const etag = `"${createHash("sha256").update(content).digest("base64url")}"`;
  const isNew = await insertImage(ctx.db, ctx.store, { name: input.name, contentType, etag, content, at: ctx.now });
  if (!isNew && (await findImage(ctx.db, ctx.store, input.name))?.etag !== etag)
    throw refuse.IMAGE_NAME_TAKEN({ name: input.name });
  return { name: input.name, contentType, sizeBytes: content.length, etag };
}

async function readAtMost(body: AsyncIterable<Uint8Array>, maximumBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maximumBytes) throw general.PAYLOAD_TOO_LARGE();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function checkPicture(content: Buffer, name: string): string {
  const type = pictureType(content);
  if (type === undefined || !fitsName(type, name)) throw refuse.IMAGE_TYPE_NOT_SUPPORTED();
  if (type === "image/svg+xml") {
    const found = findSvgDanger(textOf(content));
    if (found !== undefined) throw refuse.IMAGE_NOT_SAFE({ found });
  }
  return type;
}

function textOf(content: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    const refusal = refuse.IMAGE_NOT_SAFE({ found: "another encoding than UTF-8" });
    refusal.cause = cause;
    throw refusal;
  }
}
