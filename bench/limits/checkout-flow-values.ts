// What one order of two goods keeps, as it lay in the shop's own tables.

export const quote = {
  hash: "ef1a871a193b5d46f8c496ef44e64b29080b1d5c93260b9403fc156f4c5eaeee",
  lines: [
    {
      sku: "22725",
      image: { alt: "Drawing: brown alarm clock", name: "clock-brown.svg" },
      taxes: [{ name: "VAT", amount: { currency: "GBP", amountMinor: 62 }, isIncluded: true, rateBasisPoints: 2000 }],
      title: "Bakelike Alarm Clock",
      total: { currency: "GBP", amountMinor: 375 },
      quantity: 1,
      subtotal: { currency: "GBP", amountMinor: 375 },
      productId: "01a21345-32df-72de-84fd-8421193784ed",
      unitPrice: { currency: "GBP", amountMinor: 375 },
      optionText: "Chocolate",
      adjustments: [],
      weightGrams: 680,
    },
    {
      sku: "85123A",
      image: { alt: "Drawing: white t-light holder", name: "candle-holder-white-hearts.svg" },
      taxes: [{ name: "VAT", amount: { currency: "GBP", amountMinor: 49 }, isIncluded: true, rateBasisPoints: 2000 }],
      title: "White Hanging Heart T-Light Holder",
      total: { currency: "GBP", amountMinor: 295 },
      quantity: 1,
      subtotal: { currency: "GBP", amountMinor: 295 },
      productId: "01a21345-32df-72dc-ba9b-67ae3c736934",
      unitPrice: { currency: "GBP", amountMinor: 295 },
      optionText: "",
      adjustments: [],
      weightGrams: 260,
    },
  ],
  taxes: [{ name: "VAT", amount: { currency: "GBP", amountMinor: 177 }, isIncluded: true, rateBasisPoints: 2000 }],
  total: { currency: "GBP", amountMinor: 1065 },
  market: "gb",
  currency: "GBP",
  shipping: {
    price: { currency: "GBP", amountMinor: 395 },
    taxes: [{ name: "VAT", amount: { currency: "GBP", amountMinor: 66 }, isIncluded: true, rateBasisPoints: 2000 }],
    title: "Standard delivery",
    total: { currency: "GBP", amountMinor: 395 },
    method: "standard",
    adjustments: [],
    estimatedDays: { max: 4, min: 2 },
  },
  subtotal: { currency: "GBP", amountMinor: 670 },
  taxTotal: { currency: "GBP", amountMinor: 177 },
  adjustments: [],
  unusedCodes: [],
  shippingTotal: { currency: "GBP", amountMinor: 395 },
  shippingOptions: [
    {
      price: { currency: "GBP", amountMinor: 395 },
      title: "Standard delivery",
      method: "standard",
      estimatedDays: { max: 4, min: 2 },
    },
    {
      price: { currency: "GBP", amountMinor: 595 },
      title: "Express delivery",
      method: "express",
      estimatedDays: { max: 1, min: 1 },
    },
  ],
  pricesIncludeTax: true,
};

export const address = {
  city: "London",
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  country: "GB",
  postcode: "SW1Y 4JH",
};

/** As long as the shop's mail of a confirmed order. */
export const mail = { html: "<p>Thank you.</p>".padEnd(2_906, "."), plain: "Thank you.".padEnd(521, ".") };
