import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { Ctx } from "#platform/ctx";
import type { WebRequest } from "#platform/service";
import { cookieOf } from "./cookie.ts";
import { cookieKey } from "./settings.ts";

/** What a shopper has told so far, from step to step. */
export type CheckoutState = {
  readonly email?: string;
  readonly address?: {
    readonly name: string;
    readonly line1: string;
    readonly line2?: string;
    readonly city: string;
    readonly region?: string;
    readonly postcode?: string;
    readonly country: string;
  };
  /** The way of delivery. */
  readonly method?: string;
  /** Never the card itself: what the payment provider gave for it. */
  readonly card?: {
    readonly token: string;
    readonly brand: string;
    readonly last4: string;
    readonly expiresAt: string;
  };
  /** The order that came of it. */
  readonly orderId?: string;
};

const NAME = "checkout";
const SECONDS = 3_600;
/** Browsers drop a longer cookie without a word; some count its name and attributes, too. */
const LONGEST = 4_096;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What the browser has kept of the checkout; nothing where that is over, or was made by somebody else. */
export function readCheckout(request: WebRequest, ctx: Ctx): CheckoutState {
  const sealed = request.cookies[NAME];
  if (sealed === undefined || sealed.length > LONGEST) return {};
  try {
    const bytes = Buffer.from(sealed, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", keyOf(ctx), bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString();
    const { until, state } = JSON.parse(text) as { until: number; state: CheckoutState };
    return until > ctx.now.getTime() ? state : {};
  } catch {
    return {};
  }
}

/** The cookie that keeps it for an hour: encrypted (AES-256-GCM), because it holds a name and an address. The limits of the fields leave room
 *  for all of it; a fault, should it ever be too long, tells more than a checkout that begins anew. */
export function keepCheckout(request: WebRequest, ctx: Ctx, state: CheckoutState): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyOf(ctx), nonce);
  const text = JSON.stringify({ until: ctx.now.getTime() + SECONDS * 1_000, state });
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  const value = Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  const cookie = cookieOf(request, { name: NAME, value, seconds: SECONDS, isHttpOnly: true });
  if (cookie.length > LONGEST) throw new Error(`The cookie of the checkout has ${cookie.length} bytes.`);
  return cookie;
}

function keyOf(ctx: Ctx): Buffer {
  const secret = ctx.setting(cookieKey);
  if (secret.length < 32) throw new Error("Setting STOREFRONT_COOKIE_KEY: needs at least 32 characters.");
  return createHash("sha256").update(secret).digest();
}
