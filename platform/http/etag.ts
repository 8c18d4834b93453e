import { createHash } from "node:crypto";
import type { Encoding } from "./compress.ts";

/** A validator of these bytes (RFC 9110, 8.8.3). */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha1").update(bytes).digest("base64url")}"`;
}

/** The validator of an answer once it is encoded: other bytes, another name. */
export function encodedEtag(etag: string, encoding: Encoding): string {
  return encoding === "identity" ? etag : etag.replace(/"$/, `-${encoding}"`);
}

/** Claims that the client has the answer already: `told` is an If-None-Match (RFC 9110, 13.1.2). */
export function isKnown(etag: string, told: string | undefined): boolean {
  if (told === undefined) return false;
  const plain = etag.replace(/^W\//, "");
  return told.trim() === "*" || told.split(",").some((one) => one.trim().replace(/^W\//, "") === plain);
}
