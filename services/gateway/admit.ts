import type { Access, Operation } from "#kernel/contract";
import { refuse } from "#kernel/refusal";
import type { Actor, Ctx } from "#platform/ctx";
import type { Admission, EdgeRequest } from "#platform/service";
import { pricing, refuse as pricingRefuse } from "#pricing/contract";
import { rateLimiter } from "./limit-rate.ts";
import { tokens } from "./tokens.ts";

/** Decides whether a request may call an operation, on whose behalf and in which market. Refuses UNAUTHENTICATED, FORBIDDEN,
 *  TOO_MANY_REQUESTS, and INVALID_INPUT for a market that is not there. */
export async function admit(request: EdgeRequest, operation: Operation, ctx: Ctx): Promise<Admission> {
  const actor = await identify(request, ctx);
  ctx
    .resource(rateLimiter)
    .take(operation, actor.kind === "anonymous" ? request.ip : `${actor.kind}:${idOf(actor)}`, ctx.now);
  if (!mayCall(actor, operation.access))
    throw actor.kind === "anonymous" ? refuse.UNAUTHENTICATED() : refuse.FORBIDDEN();
  return { actor, store: ctx.store, ...(await placeOf(request, ctx)) };
}

async function identify(request: EdgeRequest, ctx: Ctx): Promise<Actor> {
  const header = request.headers["authorization"];
  if (header === undefined) return { kind: "anonymous" };
  const token = typeof header === "string" ? /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1] : undefined;
  if (token === undefined || token.length > 2_048) throw refuse.UNAUTHENTICATED();
  return ctx.resource(tokens).verify(token, ctx.now);
}

function idOf(actor: Actor): string {
  return actor.kind === "service" ? actor.name : actor.kind === "anonymous" ? "" : actor.id;
}

/** Staff may do what shoppers may; what is a shopper's own (a cart) they have one of their own. */
const ADMITTED: Readonly<Record<Access, readonly Actor["kind"][]>> = {
  anyone: ["anonymous", "guest", "customer", "staff"],
  shopper: ["guest", "customer", "staff"],
  customer: ["customer"],
  staff: ["staff"],
  service: [],
};

function mayCall(actor: Actor, access: Access): boolean {
  return ADMITTED[access].includes(actor.kind);
}

type Place = Pick<Admission, "market" | "locale" | "currency">;
const MARKET_TTL_MS = 60_000;

/** The market that the request names, or the shop's; its currency; the best of its languages for this client. */
async function placeOf(request: EdgeRequest, ctx: Ctx): Promise<Place> {
  const named = request.headers["tradepost-market"];
  const code = typeof named === "string" ? named : ctx.market;
  const market = await ctx.cache.read(`market/${code}`, {
    ttlMs: MARKET_TTL_MS,
    load: async () => ({ value: await findMarket(code, ctx) }),
  });
  if (market === undefined)
    throw refuse.INVALID_INPUT({ errors: [{ field: "tradepost-market", message: "is not a market of this shop" }] });
  return {
    market: market.code,
    currency: market.currency,
    locale: bestLocale(market.locales, request.headers["accept-language"]),
  };
}

type MarketFacts = { readonly code: string; readonly currency: string; readonly locales: readonly string[] };

async function findMarket(code: string, ctx: Ctx): Promise<MarketFacts | undefined> {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(code)) return undefined;
  try {
    return await ctx.call(pricing.getMarket, { code });
  } catch (error) {
    if (pricingRefuse.MARKET_NOT_FOUND.is(error)) return undefined;
    throw error;
  }
}

/** The first language that the client asks for and the market has (by its primary tag), else the market's first. */
export function bestLocale(locales: readonly string[], asked: string | readonly string[] | undefined): string {
  const wanted = typeof asked === "string" ? asked.slice(0, 256).split(",") : [];
  for (const part of wanted) {
    const tag = part.split(";")[0]!.trim().toLowerCase();
    const found =
      locales.find((locale) => locale.toLowerCase() === tag) ??
      locales.find((locale) => primary(locale) === primary(tag));
    if (found !== undefined) return found;
  }
  return locales[0] ?? "en";
}

function primary(tag: string): string {
  return tag.split("-")[0]!.toLowerCase();
}
