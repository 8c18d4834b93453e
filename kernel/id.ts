import Type, { type TUnsafe } from "typebox";

declare const kind: unique symbol;
/** A UUID branded by what it names: an `Id<"order">` is no `Id<"payment">`. Made by the caller, so that a retry reuses it. */
export type Id<Kind extends string> = string & { readonly [kind]: Kind };

/** Schema of an id, to be used in contracts: `orderId: IdOf("order")`. */
export function IdOf<const Kind extends string>(_kind: Kind): TUnsafe<Id<Kind>> {
  // The pattern keeps out `urn:uuid:…`, which the format allows and PostgreSQL does not.
  return Type.Unsafe<Id<Kind>>({ type: "string", format: "uuid", pattern: "^[0-9a-fA-F-]{36}$" });
}

let lastMs = 0;
let sequence = 0;

/** A new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, a 12-bit counter inside the millisecond, 62 random bits. Sorts by time. */
export function newId<const Kind extends string>(_kind: Kind): Id<Kind> {
  const bytes = randomBytes16();
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = ((bytes[6]! << 8) | bytes[7]!) & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  for (let index = 5, rest = lastMs; index >= 0; index--, rest = Math.floor(rest / 256)) bytes[index] = rest % 256;
  bytes[6] = 0x70 | (sequence >> 8);
  bytes[7] = sequence & 0xff;
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return format(bytes) as Id<Kind>;
}

// One call for 256 ids: asking the system for 16 bytes costs more than all the rest of an id.
const pool = new Uint8Array(4_096);
let used = pool.length;

/** Valid until the next call. */
function randomBytes16(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return pool.subarray(used, (used += 16));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function format(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += "-";
    text += HEX[bytes[index]!];
  }
  return text;
}

/** Takes a string that is known to be an id of this kind (a row's key, a path part that was validated). */
export function asId<const Kind extends string>(_kind: Kind, text: string): Id<Kind> {
  return text as Id<Kind>;
}
