import { createHash } from "node:crypto";
import type { Quote } from "./contract.ts";

type Part = Pick<Quote["lines"][number], "adjustments" | "taxes" | "total">;

/** SHA-256 (hex) over what a shopper agrees to: goods, quantities, amounts, taxes, way of shipping and destination. Words
 *  (titles, labels) and the order of the lines do not matter. */
export function hashQuote(quote: Omit<Quote, "hash">, country: string | null): string {
  const facts = [
    1, // grows when the form of these facts changes
    quote.market,
    quote.currency,
    quote.pricesIncludeTax,
    country,
    quote.lines
      .map((line) => [line.sku, line.productId, line.quantity, line.unitPrice.amountMinor, ...partFacts(line)])
      .toSorted(([first], [second]) => (first! < second! ? -1 : 1)),
    quote.shipping && [quote.shipping.method, quote.shipping.price.amountMinor, ...partFacts(quote.shipping)],
    quote.total.amountMinor,
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

function partFacts(part: Part): unknown[] {
  return [
    part.adjustments.map((one) => [one.kind, one.amount.amountMinor]),
    part.taxes.map((tax) => [tax.name, tax.rateBasisPoints, tax.amount.amountMinor, tax.isIncluded]),
    part.total.amountMinor,
  ];
}
