import { promisify } from "node:util";
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from "node:zlib";
import { qualityOf } from "./preferences.ts";

export type Encoding = "br" | "gzip" | "identity";

/** The encoding that a client wants most: Brotli before gzip where it does not care, none where it lists neither. */
export function encodingFor(accepted: string | undefined): Encoding {
  if (accepted === undefined) return "identity";
  const known = found.get(accepted);
  if (known !== undefined) return known;
  const encoding = findEncoding(accepted);
  if (found.size < MOST_FOUND) found.set(accepted, encoding);
  return encoding;
}

// All clients of the world send a handful of values: they are read once.
const found = new Map<string, Encoding>();
const MOST_FOUND = 100;

function findEncoding(accepted: string): Encoding {
  const [br, zip] = [qualityOf("br", accepted) ?? 0, qualityOf("gzip", accepted) ?? 0];
  const best = Math.max(br, zip);
  // Not listed, it is what is left when the others are refused.
  if (best === 0 || best < (qualityOf("identity", accepted) ?? 0)) return "identity";
  return br === best ? "br" : "gzip";
}

const TEXT =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|xml)\b|application\/javascript|image\/svg\+xml)/i;
/** Below it a packet is a packet. */
const SMALLEST_BYTES = 1_024;

/** Claims that bytes of this type are worth compressing. */
export function isCompressible(contentType: string, lengthBytes: number): boolean {
  return lengthBytes >= SMALLEST_BYTES && TEXT.test(contentType);
}

const brotliLater = promisify(brotliCompress);
const gzipLater = promisify(gzip);
/** Longer texts are compressed in another thread, and better. */
const MOST_AT_ONCE_BYTES = 65_536;
/** As much as is compressed at once: a larger window costs memory and saves nothing. */
const WINDOW_BITS = 16;

/** Compresses an answer. A page of 25 KB takes 0.15 ms of Brotli at quality 3; at 5 it would be an eighth smaller (neither needs a second
 *  round trip), but takes 0.4 ms, and handing it to another thread costs the event loop as much again. */
export async function compress(bytes: Uint8Array, encoding: "br" | "gzip"): Promise<Buffer> {
  const isLong = bytes.length > MOST_AT_ONCE_BYTES;
  if (encoding === "gzip") return isLong ? gzipLater(bytes, { level: 6 }) : gzipSync(bytes, { level: 1 });
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_PARAM_LGWIN } = constants;
  const size = { [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return isLong
    ? brotliLater(bytes, { params: { ...size, [BROTLI_PARAM_QUALITY]: 5 } })
    : brotliCompressSync(bytes, { params: { ...size, [BROTLI_PARAM_QUALITY]: 3, [BROTLI_PARAM_LGWIN]: WINDOW_BITS } });
}
