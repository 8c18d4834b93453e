import { expect, test } from "vitest";
import { productFacts, type ProductKnown } from "./product-facts.ts";

const frame = { canonical: "https://shop.example/products/mug", place: { country: "GB" } };
const gbp = (amountMinor: number) => ({ amountMinor, currency: "GBP" });
const variant = (sku: string, price: number | null) => ({
  variantId: "0199d1c0-0000-7000-8000-000000000002" as never,
  sku,
  options: { Colour: sku },
  optionText: sku,
  price: price === null ? null : gbp(price),
  weightGrams: 1,
});
const known = (variants: ProductKnown["product"]["variants"]): ProductKnown => ({
  product: {
    productId: "0199d1c0-0000-7000-8000-000000000001" as never,
    version: 1,
    slug: "mug",
    slugs: {},
    title: "Mug",
    description: "",
    categories: [],
    attributes: {},
    options: [],
    images: [],
    price: null,
    variants,
    createdAt: "",
    updatedAt: "",
  },
  images: ["https://shop.example/pictures/square/mug.svg"],
  availability: new Map([
    ["RED", "low"],
    ["BLUE", "out"],
  ]),
  delivery: [{ price: gbp(395), days: { min: 2, max: 3 } }],
});

test("a product has an offer with price, stock, condition, delivery and returns", () => {
  expect(productFacts(frame, known([variant("RED", 425)]))).toEqual([
    {
      "@context": "https://schema.org",
      "@type": "Product",
      name: "Mug",
      image: ["https://shop.example/pictures/square/mug.svg"],
      url: "https://shop.example/products/mug",
      sku: "RED",
      offers: {
        "@type": "Offer",
        url: "https://shop.example/products/mug",
        price: "4.25",
        priceCurrency: "GBP",
        itemCondition: "https://schema.org/NewCondition",
        availability: "https://schema.org/LimitedAvailability",
        shippingDetails: [
          {
            "@type": "OfferShippingDetails",
            shippingRate: { "@type": "MonetaryAmount", value: "3.95", currency: "GBP" },
            shippingDestination: { "@type": "DefinedRegion", addressCountry: "GB" },
            deliveryTime: {
              "@type": "ShippingDeliveryTime",
              transitTime: { "@type": "QuantitativeValue", minValue: 2, maxValue: 3, unitCode: "DAY" },
            },
          },
        ],
        hasMerchantReturnPolicy: {
          "@type": "MerchantReturnPolicy",
          applicableCountry: "GB",
          returnPolicyCategory: "https://schema.org/MerchantReturnFiniteReturnWindow",
          merchantReturnDays: 30,
          returnMethod: "https://schema.org/ReturnByMail",
        },
      },
    },
  ]);
});

test("variants are offered one by one, those that are sold here", () => {
  const [facts] = productFacts(frame, known([variant("RED", 425), variant("BLUE", 450), variant("GREEN", null)]));
  expect(facts).toMatchObject({
    "@type": "ProductGroup",
    productGroupID: "0199d1c0-0000-7000-8000-000000000001",
    hasVariant: [
      { name: "Mug, RED", sku: "RED", offers: { price: "4.25" } },
      { name: "Mug, BLUE", sku: "BLUE", offers: { price: "4.50", availability: "https://schema.org/OutOfStock" } },
    ],
  });
});

test("what is not known is not said", () => {
  const told = { ...known([variant("RED", 425)]), availability: new Map(), delivery: [] };
  const [facts] = productFacts(frame, told) as [{ offers: object }];
  expect(facts).not.toHaveProperty("description");
  expect(facts.offers).not.toHaveProperty("availability");
  expect(facts.offers).not.toHaveProperty("shippingDetails");
});

test("what is not sold here is no product to search engines", () => {
  expect(productFacts(frame, known([variant("RED", null)]))).toEqual([]);
});
