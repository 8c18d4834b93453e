import type { Output } from "#kernel/contract";
import type { Money } from "#kernel/money";
import type { catalog } from "#catalog/contract";
import { decimalPrice } from "./decimal-price.ts";
import type { ShopPlace } from "./places.ts";
import type { Availability } from "./read-availability.ts";
import { RETURN_DAYS } from "./return-policy.ts";

type Product = Output<typeof catalog.getProduct>;
type Variant = Product["variants"][number];

/** One way of delivery to the place's country, for one piece. */
export type DeliveryFact = { readonly price: Money; readonly days: { readonly min: number; readonly max: number } };

export type ProductKnown = {
  readonly product: Product;
  /** Absolute addresses. */
  readonly images: readonly string[];
  readonly availability: ReadonlyMap<string, Availability>;
  readonly delivery: readonly DeliveryFact[];
};

/** Of the frame around it. */
type Around = { readonly canonical: string; readonly place: Pick<ShopPlace, "country"> };

const SCHEMA = "https://schema.org";

/** https://schema.org/Product, or ProductGroup of what comes in variants; as search engines want it
 *  (developers.google.com/search/docs/appearance/structured-data/product). It says what the shop knows, and nothing else; nothing at all
 *  of what is not sold here. */
export function productFacts(frame: Around, known: ProductKnown): readonly object[] {
  const { product, images } = known;
  const { title, description, variants, productId } = product;
  const common = {
    name: title,
    ...(description === "" ? {} : { description }),
    ...(images.length === 0 ? {} : { image: images }),
    url: frame.canonical,
  };
  const sold = variants.filter(({ price }) => price !== null);
  if (sold.length === 0) return [];
  const offered = (variant: Variant) => ({ "@type": "Product", ...common, ...offerFacts(frame, known, variant) });
  if (variants.length === 1) return [{ "@context": SCHEMA, ...offered(sold[0]!) }];
  return [
    {
      "@context": SCHEMA,
      "@type": "ProductGroup",
      ...common,
      productGroupID: productId,
      hasVariant: sold.map((variant) => ({ ...offered(variant), name: `${title}, ${variant.optionText}` })),
    },
  ];
}

const AVAILABILITY: Readonly<Record<Availability, string | undefined>> = {
  in: `${SCHEMA}/InStock`,
  low: `${SCHEMA}/LimitedAvailability`,
  out: `${SCHEMA}/OutOfStock`,
  unknown: undefined,
};

function offerFacts(
  { canonical, place }: Around,
  { availability, delivery }: ProductKnown,
  { sku, price }: Variant,
): object {
  if (price === null) return { sku };
  const stock = AVAILABILITY[availability.get(sku) ?? "unknown"];
  return {
    sku,
    offers: {
      "@type": "Offer",
      url: canonical,
      price: decimalPrice(price),
      priceCurrency: price.currency,
      itemCondition: `${SCHEMA}/NewCondition`,
      ...(stock === undefined ? {} : { availability: stock }),
      ...(delivery.length === 0 ? {} : { shippingDetails: delivery.map((one) => deliveryFacts(one, place.country)) }),
      hasMerchantReturnPolicy: {
        "@type": "MerchantReturnPolicy",
        applicableCountry: place.country,
        returnPolicyCategory: `${SCHEMA}/MerchantReturnFiniteReturnWindow`,
        merchantReturnDays: RETURN_DAYS,
        returnMethod: `${SCHEMA}/ReturnByMail`,
      },
    },
  };
}

/** The days are those from the order to the door: how many of them are packing, nobody has told. */
function deliveryFacts({ price, days: { min, max } }: DeliveryFact, country: string): object {
  return {
    "@type": "OfferShippingDetails",
    shippingRate: { "@type": "MonetaryAmount", value: decimalPrice(price), currency: price.currency },
    shippingDestination: { "@type": "DefinedRegion", addressCountry: country },
    deliveryTime: {
      "@type": "ShippingDeliveryTime",
      transitTime: { "@type": "QuantitativeValue", minValue: min, maxValue: max, unitCode: "DAY" },
    },
  };
}
