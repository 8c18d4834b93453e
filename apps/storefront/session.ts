import { gateway } from "#gateway/contract";
import type { Actor, Ctx } from "#platform/ctx";
import type { WebRequest } from "#platform/service";
import { cookieOf } from "./cookie.ts";

/** The guest's token, which scripts cannot read. */
const SESSION = "session";
/** How many pieces are in the cart and its version, for the number in the header; nothing secret. */
export const CART_HINT = "cart";

export type Shopper = Extract<Actor, { kind: "guest" | "customer" }>;

/** A shopper, and the cookies that keep them one. */
export type Session = { readonly shopper: Shopper; readonly cookies: readonly string[] };

/** Who is asking; undefined for somebody who has put nothing into a cart yet, or whose token is over. */
export async function findShopper(request: WebRequest, ctx: Ctx): Promise<Shopper | undefined> {
  const token = request.cookies[SESSION];
  if (token === undefined || token.length > 2_048) return undefined;
  const { actor } = await ctx.call(gateway.identify, { token });
  if (actor === null || actor.kind === "staff") return undefined;
  return { kind: actor.kind, id: actor.id };
}

/** As `findShopper`; whoever is nobody yet becomes a guest. */
export async function ensureShopper(request: WebRequest, ctx: Ctx): Promise<Session> {
  const shopper = await findShopper(request, ctx);
  if (shopper !== undefined) return { shopper, cookies: [] };
  const { token, guestId, expiresAt } = await ctx.call(gateway.createGuestToken, {});
  const seconds = Math.floor((Date.parse(expiresAt) - ctx.now.getTime()) / 1_000);
  const cookie = cookieOf(request, { name: SESSION, value: token, seconds, isHttpOnly: true });
  return { shopper: { kind: "guest", id: guestId }, cookies: [cookie] };
}

/** Tells the browser what its cart holds, so that pages for everybody can show the number. */
export function cartHint(request: WebRequest, cart: { readonly itemCount: number; readonly version: number }): string {
  const value = `${cart.itemCount}.${cart.version}`;
  return cookieOf(request, { name: CART_HINT, value, seconds: 90 * 86_400, isHttpOnly: false });
}
