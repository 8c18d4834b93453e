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
  const limiter = ctx.resource(rateLimiter);
  const actor = await identify(request, ctx).catch((error: unknown) => {
    // A wrong token costs a signature check: it counts, or guessing them would be free.
    limiter.take(operation, request.ip, ctx.now);
    throw error;
  });
  limiter.take(operation, actor.kind === "anonymous" ? request.ip : `${actor.kind}:${idOf(actor)}`, ctx.now);
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
  const unknownMarket = () => (named === undefined ? noHomeMarket(code) : notAMarket());
  // Before the cache: else any client could fill it with names that no market has.
  if (!MARKET_CODE.test(code)) throw unknownMarket();
  const market = await ctx.cache.read(`market/${code}`, {
    ttlMs: MARKET_TTL_MS,
    load: async () => ({ value: await findMarket(code, ctx) }),
  });
  if (market === undefined) throw unknownMarket();
  return {
    market: market.code,
    currency: market.currency,
    locale: bestLocale(market.locales, request.headers["accept-language"]),
  };
}

const MARKET_CODE = /^[a-z][a-z0-9-]{0,31}$/;

/** The client named none, and the shop's own is not there: an operator has to see to it. */
function noHomeMarket(code: string): Error {
  return refuse.SERVICE_UNAVAILABLE({ service: "gateway", detail: `MARKET names no market of this shop: ${code}.` });
}

function notAMarket(): Error {
  return refuse.INVALID_INPUT({ errors: [{ field: "tradepost-market", message: "is not a market of this shop" }] });
}

type MarketFacts = { readonly code: string; readonly currency: string; readonly locales: readonly string[] };

async function findMarket(code: string, ctx: Ctx): Promise<MarketFacts | undefined> {
  try {
    return await ctx.call(pricing.getMarket, { code });
  } catch (error) {
    if (pricingRefuse.MARKET_NOT_FOUND.is(error)) return undefined;
    throw error;
  }
}

/** The language that the client likes best (RFC 9110: `q`, then order) of those that the market has (by the primary tag if need be),
 *  else the market's first. */
export function bestLocale(locales: readonly string[], asked: string | readonly string[] | undefined): string {
  const wanted = typeof asked === "string" ? asked.slice(0, 256).split(",").map(preference) : [];
  for (const { tag } of wanted.filter((one) => one.weight > 0).toSorted((a, b) => b.weight - a.weight)) {
    const found =
      locales.find((locale) => locale.toLowerCase() === tag) ??
      locales.find((locale) => primary(locale) === primary(tag));
    if (found !== undefined) return found;
  }
  return locales[0] ?? "en";
}

function preference(part: string): { readonly tag: string; readonly weight: number } {
  const [tag = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
  const told = parameters.find((text) => text.startsWith("q="));
  const weight = told === undefined ? 1 : Number(told.slice(2));
  return { tag, weight: Number.isFinite(weight) ? weight : 0 };
}

function primary(tag: string): string {
  return tag.split("-")[0]!.toLowerCase();
}
