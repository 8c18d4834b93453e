import type { Output } from "#kernel/contract";
import { addMoney, money, multiplyMoney } from "#kernel/money";
import type { catalog } from "#catalog/contract";
import type { inventory } from "#inventory/contract";
import type { CartLine } from "../contract.ts";
import type { Line } from "./lines.ts";

export type Variant = Output<typeof catalog.getVariants>["variants"][number];
export type Stock = Output<typeof inventory.getAvailability>["items"][number];

/** Lines as a shopper sees them. `variants` or `stock` undefined: could not be asked just now. */
export function viewLines(
  lines: readonly Line[],
  variants: readonly Variant[] | undefined,
  stock: readonly Stock[] | undefined,
): CartLine[] {
  const variantOf = new Map(variants?.map((variant) => [variant.sku, variant]));
  const stockOf = new Map(stock?.map((item) => [item.sku, item]));
  return lines.map((line) => {
    const seen = viewLine(line, variantOf.get(line.sku), stockOf.get(line.sku));
    return variants === undefined ? { ...seen, problem: "temporarily_unavailable" } : seen;
  });
}

function viewLine({ sku, quantity }: Line, variant: Variant | undefined, stock: Stock | undefined): CartLine {
  const unitPrice = variant?.status === "active" ? variant.unitPrice : null;
  const isShort = stock !== undefined && stock.available < quantity;
  return {
    sku,
    quantity,
    productId: variant?.productId ?? null,
    slug: variant?.slug ?? null,
    title: variant?.title ?? null,
    optionText: variant?.optionText ?? null,
    image: variant?.image ?? null,
    unitPrice,
    subtotal: unitPrice && multiplyMoney(unitPrice, quantity),
    availability: stock?.availability ?? "unknown",
    problem: unitPrice === null ? "not_sellable" : isShort ? "insufficient_stock" : null,
    available: isShort ? Math.max(0, stock.available) : null,
  };
}

/** Sum of the lines that have a price, in their currency (all prices of one market have the same). */
export function sumOf(lines: readonly CartLine[], currencyOfNothing: string) {
  const subtotals = lines.flatMap((line) => line.subtotal ?? []);
  return addMoney(money(0, subtotals[0]?.currency ?? currencyOfNothing), ...subtotals);
}
