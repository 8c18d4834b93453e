import type { Input, Output } from "#kernel/contract";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { catalog } from "#catalog/contract";
import { shipping } from "#shipping/contract";
import { refuse, type Market, type pricing, type Quote } from "./contract.ts";
import { addUp, type Part } from "./model/totals.ts";
import { hashQuote } from "./quote-hash.ts";
import { readMarket } from "./read-market.ts";
import { taxRounding } from "./settings.ts";

type Request = Input<typeof pricing.quote>;
type Goods = Omit<Quote["lines"][number], "subtotal" | "adjustments" | "taxes" | "total">;

/** Prices goods from the catalogue's list prices in the caller's market. Changes nothing. */
export async function quote(input: Request, ctx: Ctx): Promise<Output<typeof pricing.quote>> {
  if (input.shippingMethod !== undefined && input.shipTo === undefined) {
    throw platformRefuse.INVALID_INPUT({
      errors: [{ field: "shipTo", message: "is needed to price a shippingMethod" }],
    });
  }
  const market = await readMarket(ctx, ctx.market);
  const goods = await findGoods(ctx, market, addUpQuantities(input.lines));
  const shippingOptions = await findShipping(ctx, market, goods, input);
  return assemble(ctx, market, goods, shippingOptions, input);
}

/** How many of each SKU, in order of first appearance. */
function addUpQuantities(lines: Request["lines"]): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>();
  for (const line of lines) quantities.set(line.sku, (quantities.get(line.sku) ?? 0) + line.quantity);
  return quantities;
}

async function findGoods(ctx: Ctx, market: Market, quantities: ReadonlyMap<string, number>): Promise<readonly Goods[]> {
  const { variants } = await ctx.call(catalog.getVariants, { skus: [...quantities.keys()] });
  const bySku = new Map(variants.map((variant) => [variant.sku, variant]));
  const goods: Goods[] = [];
  const missing: string[] = [];
  for (const [sku, quantity] of quantities) {
    const variant = bySku.get(sku);
    const unitPrice = variant?.status === "active" ? variant.unitPrice : null;
    if (variant === undefined || unitPrice === null || unitPrice.currency !== market.currency) missing.push(sku);
    else {
      const { productId, title, optionText, image, weightGrams } = variant;
      goods.push({
        sku,
        productId,
        title,
        optionText,
        image,
        quantity,
        unitPrice,
        weightGrams: weightGrams * quantity,
      });
    }
  }
  if (missing.length > 0) throw refuse.SKU_NOT_SELLABLE({ field: "lines", skus: missing });
  return goods;
}

/** The ways to the address, cheapest first; [] while nobody said where to. */
async function findShipping(ctx: Ctx, market: Market, goods: readonly Goods[], { shipTo, shippingMethod }: Request) {
  if (shipTo === undefined) return [];
  const weightGrams = goods.reduce((sum, line) => sum + line.weightGrams, 0);
  const { methods } = await ctx.call(shipping.quoteRates, {
    country: shipTo.country,
    weightGrams,
    currency: market.currency,
  });
  const isOffered = methods.some((one) => shippingMethod === undefined || one.method === shippingMethod);
  if (isOffered) return methods;
  throw refuse.SHIPPING_NOT_AVAILABLE({
    field: methods.length === 0 ? "shipTo.country" : "shippingMethod",
    country: shipTo.country,
    method: shippingMethod ?? null,
  });
}

function assemble(
  ctx: Ctx,
  market: Market,
  goods: readonly Goods[],
  shippingOptions: Quote["shippingOptions"],
  input: Request,
): Quote {
  // Reckoned in the order of the SKUs, so that an odd penny falls on the same line whatever order the lines came in.
  const sorted = goods.toSorted((first, second) => (first.sku < second.sku ? -1 : 1));
  const option = shippingOptions.find((one) => one.method === input.shippingMethod) ?? shippingOptions[0] ?? null;
  const totals = addUp({
    currency: market.currency,
    tax: market.tax,
    rounding: market.taxRounding ?? ctx.setting(taxRounding),
    lines: sorted.map((line) => ({ unitPrice: line.unitPrice, quantity: line.quantity, adjustments: [] })),
    shipping: option && { price: option.price, adjustments: [] },
    adjustments: [],
  });
  const lines = new Map(sorted.map((line, index) => [line.sku, { ...line, ...totals.lines[index]! }]));
  const { adjustments, taxes, subtotal, shippingTotal, taxTotal, total } = totals;
  const answer = {
    market: market.code,
    currency: market.currency,
    pricesIncludeTax: market.tax.isIncluded,
    lines: goods.map((line) => lines.get(line.sku)!),
    shipping: option && totals.shipping && shippingPart(option, totals.shipping),
    shippingOptions,
    adjustments,
    taxes,
    unusedCodes: [...new Set(input.codes)],
    subtotal,
    shippingTotal,
    taxTotal,
    total,
  };
  return { ...answer, hash: hashQuote(answer, input.shipTo?.country ?? null) };
}

function shippingPart(option: Quote["shippingOptions"][number], { adjustments, taxes, total }: Part) {
  return { ...option, adjustments, taxes, total };
}
