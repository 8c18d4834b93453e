import Type, { type Static } from "typebox";
import { defineContract } from "#kernel/contract";
import { Currency, Money } from "#kernel/money";
import { defineRefusals } from "#kernel/refusal";

const Sku = Type.String({ minLength: 1, maxLength: 32, pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]*$" });
const Country = Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2 code" });
const MarketCode = Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" });
const Method = Type.String({ minLength: 1, maxLength: 64 });

export const refuse = defineRefusals({
  SKU_NOT_SELLABLE: {
    status: 422,
    title: "Some of these goods cannot be sold in this market.",
    advice: "Take the goods that `skus` names out of the cart, then ask again.",
    data: Type.Object({ field: Type.String(), skus: Type.Array(Sku) }),
  },
  SHIPPING_NOT_AVAILABLE: {
    status: 422,
    title: "This order cannot be shipped there in that way.",
    advice: "Choose another method or country; a quote without `shippingMethod` lists what there is.",
    data: Type.Object({ field: Type.String(), country: Country, method: Type.Union([Method, Type.Null()]) }),
  },
  MARKET_NOT_FOUND: {
    status: 404,
    title: "There is no such market.",
    advice: "Choose a market that the list has.",
    data: Type.Object({ market: Type.String() }),
  },
  MARKET_CHANGED: {
    status: 409,
    title: "Somebody else changed this market meanwhile.",
    advice: "Read the market, apply your change to it, and repeat with its `version` as `expectedVersion`.",
    data: Type.Object({ market: Type.String(), version: Type.Integer() }),
  },
});

/** When a tax amount is rounded (half to even): once per line, or once per rate over the whole quote and then split exactly. */
const TaxRounding = Type.Enum(["line", "total"]);

export const Market = Type.Object(
  {
    code: MarketCode,
    name: Type.String({ minLength: 1, maxLength: 255 }),
    /** Where its shoppers are unless they say otherwise. */
    country: Country,
    currency: Currency,
    /** BCP 47, the default first. */
    locales: Type.Array(Type.String({ minLength: 2, maxLength: 35 }), { minItems: 1, maxItems: 20 }),
    tax: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 64 }),
      /** 2000 is 20 %. */
      rateBasisPoints: Type.Integer({ minimum: 0, maximum: 10_000 }),
      /** True when list prices contain the tax already. */
      isIncluded: Type.Boolean(),
    }),
    /** Null: as the setting PRICING_TAX_ROUNDING says. */
    taxRounding: Type.Union([TaxRounding, Type.Null()]),
    version: Type.Integer({ minimum: 1 }),
  },
  { $id: "Market" },
);
export type Market = Readonly<Static<typeof Market>>;

/** What changes a price beside its tax. `amount` is signed: a discount is negative. */
const Adjustment = Type.Object({ kind: Type.String(), label: Type.String(), amount: Money });
const Tax = Type.Object({
  name: Type.String(),
  rateBasisPoints: Type.Integer(),
  amount: Money,
  /** True when `amount` is part of the prices; false when it is added to them. */
  isIncluded: Type.Boolean(),
});
const EstimatedDays = Type.Object({ min: Type.Integer(), max: Type.Integer() });

const QuoteLine = Type.Object({
  sku: Sku,
  productId: Type.String(),
  title: Type.String(),
  optionText: Type.String(),
  image: Type.Union([Type.Object({ name: Type.String(), alt: Type.String() }), Type.Null()]),
  quantity: Type.Integer(),
  unitPrice: Money,
  /** unitPrice × quantity. */
  subtotal: Money,
  /** Its own ones, and its share of those of the whole order. */
  adjustments: Type.Array(Adjustment),
  taxes: Type.Array(Tax),
  /** subtotal + adjustments + taxes that are not included: what is paid for the line. */
  total: Money,
  /** Of all its pieces. */
  weightGrams: Type.Integer(),
});

const ShippingOption = Type.Object({
  method: Method,
  title: Type.String(),
  price: Money,
  estimatedDays: EstimatedDays,
});

export const Quote = Type.Object(
  {
    market: Type.String(),
    currency: Currency,
    pricesIncludeTax: Type.Boolean(),
    lines: Type.Array(QuoteLine),
    /** Null as long as nobody said where to. */
    shipping: Type.Union([
      Type.Object({
        ...ShippingOption.properties,
        adjustments: Type.Array(Adjustment),
        taxes: Type.Array(Tax),
        /** price + adjustments + taxes that are not included. */
        total: Money,
      }),
      Type.Null(),
    ]),
    /** All ways to `shipTo`, cheapest first. */
    shippingOptions: Type.Array(ShippingOption),
    /** Sums by kind and label over lines and shipping. */
    adjustments: Type.Array(Adjustment),
    /** Sums by name and rate over lines and shipping. */
    taxes: Type.Array(Tax),
    /** Codes that changed nothing. */
    unusedCodes: Type.Array(Type.String()),
    /** Sum of the lines' subtotals. */
    subtotal: Money,
    shippingTotal: Money,
    /** All taxes, included or not. */
    taxTotal: Money,
    /** What is paid: the lines' totals + shippingTotal. */
    total: Money,
    /** SHA-256 over everything that is agreed: goods, quantities, amounts, taxes, way of shipping. Not over words. */
    hash: Type.String(),
  },
  { $id: "Quote" },
);
export type Quote = Readonly<Static<typeof Quote>>;

const gb = {
  code: "gb",
  name: "United Kingdom",
  country: "GB",
  currency: "GBP",
  locales: ["en-GB"],
  tax: { name: "VAT", rateBasisPoints: 2000, isIncluded: true },
  taxRounding: null,
};

export const pricing = defineContract("pricing", {
  quote: {
    method: "POST",
    path: "/quotes",
    isRepeatable: true,
    summary: "Prices goods in the caller's market: lines, taxes, shipping and the exact total.",
    description:
      "Changes nothing and is safe to repeat: the same goods at the same prices give the same `hash`. Quantities of one SKU are added up. " +
      "With `shipTo` and no `shippingMethod` the cheapest way is chosen; without `shipTo` the total is without shipping.",
    access: "shopper",
    input: Type.Object({
      lines: Type.Array(Type.Object({ sku: Sku, quantity: Type.Integer({ minimum: 1, maximum: 9_999 }) }), {
        minItems: 1,
        maxItems: 1_000,
      }),
      shipTo: Type.Optional(
        Type.Object({ country: Country, postcode: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })) }),
      ),
      shippingMethod: Type.Optional(Method),
      codes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 20 })),
    }),
    output: Quote,
    refuses: [refuse.SKU_NOT_SELLABLE, refuse.SHIPPING_NOT_AVAILABLE, refuse.MARKET_NOT_FOUND],
    example: {
      input: { lines: [{ sku: "21730", quantity: 2 }], shipTo: { country: "GB" }, shippingMethod: "standard" },
    },
  },
  getMarket: {
    method: "GET",
    path: "/markets/:code",
    summary: "One market: its currency, languages and tax.",
    access: "anyone",
    input: Type.Object({ code: MarketCode }),
    output: Market,
    refuses: [refuse.MARKET_NOT_FOUND],
    cacheSeconds: 60,
    example: { input: { code: "gb" }, output: { ...gb, version: 1 } },
  },
  listMarkets: {
    method: "GET",
    path: "/markets",
    summary: "The markets of this shop, by code (at most 100).",
    access: "anyone",
    input: Type.Object({}),
    output: Type.Object({ items: Type.Array(Market) }),
    cacheSeconds: 60,
    example: { input: {}, output: { items: [{ ...gb, version: 1 }] } },
  },
  putMarket: {
    method: "PUT",
    path: "/markets/:code",
    summary: "Creates or replaces a market. Safe to repeat: the same facts again change nothing.",
    access: "staff",
    input: Type.Object({
      ...Type.Omit(Market, ["version"]).properties,
      /** The version this change is based on; 0 for a new market. Not checked unless told. */
      expectedVersion: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    }),
    output: Market,
    refuses: [refuse.MARKET_CHANGED],
    example: { input: gb, output: { ...gb, version: 1 } },
  },
});
