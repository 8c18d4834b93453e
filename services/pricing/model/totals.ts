import { addMoney, applyRatio, money, multiplyMoney, splitMoney, type Money } from "#kernel/money";

/** What changes a price beside its tax; a discount is negative. */
export type Adjustment = { readonly kind: string; readonly label: string; readonly amount: Money };
export type TaxRule = { readonly name: string; readonly rateBasisPoints: number; readonly isIncluded: boolean };
export type Tax = TaxRule & { readonly amount: Money };
export type TaxRounding = "line" | "total";

export type Basket = {
  readonly currency: string;
  readonly tax: TaxRule;
  readonly rounding: TaxRounding;
  readonly lines: readonly {
    readonly unitPrice: Money;
    readonly quantity: number;
    readonly adjustments: readonly Adjustment[];
  }[];
  readonly shipping: { readonly price: Money; readonly adjustments: readonly Adjustment[] } | null;
  /** On the goods as a whole: shared out over the lines by what they cost. */
  readonly adjustments: readonly Adjustment[];
};

/** One thing that is paid for: a line, or the shipping. `total` is subtotal + adjustments + taxes that are not included. */
export type Part = {
  readonly subtotal: Money;
  readonly adjustments: Adjustment[];
  readonly taxes: Tax[];
  readonly total: Money;
};

export type Totals = {
  /** As the basket's lines, in their order. */
  readonly lines: readonly Part[];
  readonly shipping: Part | null;
  readonly adjustments: Adjustment[];
  readonly taxes: Tax[];
  readonly subtotal: Money;
  readonly shippingTotal: Money;
  readonly taxTotal: Money;
  readonly total: Money;
};

/** Adds a basket up so that every sum is exact: parts sum to the whole, and whatever is shared out is shared out without
 *  loss. A discount never takes more than there is. Depends on the order of the lines only in who gets an odd penny. */
export function addUp(basket: Basket): Totals {
  const lines = spread(basket.adjustments, basket.lines.map(lineBeforeTax), basket.lines);
  const shipping = basket.shipping && adjusted(basket.shipping.price, basket.shipping.adjustments);
  const before = shipping === null ? lines : [...lines, shipping];
  const taxes = taxesOf(before, basket);
  const parts = before.map((part, index) => withTax(part, taxes[index]!));
  const zero = money(0, basket.currency);
  const lineParts = parts.slice(0, lines.length);
  const shippingPart = parts[lines.length] ?? null;
  const allTaxes = parts.flatMap((part) => part.taxes);
  return {
    lines: lineParts,
    shipping: shippingPart,
    adjustments: summed(
      parts.flatMap((part) => part.adjustments),
      (one) => `${one.kind}\n${one.label}`,
    ),
    taxes: summed(allTaxes, (one) => `${one.name}\n${one.rateBasisPoints}\n${one.isIncluded}`),
    subtotal: addMoney(zero, ...lineParts.map((part) => part.subtotal)),
    shippingTotal: shippingPart?.total ?? zero,
    taxTotal: addMoney(zero, ...allTaxes.map((tax) => tax.amount)),
    total: addMoney(zero, ...parts.map((part) => part.total)),
  };
}

/** A part before its tax; `net` is what the tax is reckoned on. */
type Untaxed = { readonly subtotal: Money; readonly adjustments: Adjustment[]; readonly net: Money };

function lineBeforeTax(line: Basket["lines"][number]): Untaxed {
  return adjusted(multiplyMoney(line.unitPrice, line.quantity), line.adjustments);
}

function adjusted(subtotal: Money, adjustments: readonly Adjustment[]): Untaxed {
  return adjustments.reduce<Untaxed>(adjust, { subtotal, adjustments: [], net: subtotal });
}

function adjust(part: Untaxed, adjustment: Adjustment): Untaxed {
  const applied = { ...adjustment, amount: noMoreThan(part.net, adjustment.amount) };
  return { ...part, adjustments: [...part.adjustments, applied], net: addMoney(part.net, applied.amount) };
}

/** A negative amount, cut so that `available` does not fall below zero. */
function noMoreThan(available: Money, amount: Money): Money {
  return money(Math.max(amount.amountMinor, -available.amountMinor), amount.currency);
}

/** Shares each adjustment of the whole order out over the lines by what they cost by then (free lines alone: by pieces). */
function spread(
  adjustments: readonly Adjustment[],
  lines: readonly Untaxed[],
  asked: Basket["lines"],
): readonly Untaxed[] {
  let present = lines;
  for (const adjustment of adjustments) {
    const nets = present.map((line) => line.net.amountMinor);
    const goods = money(
      nets.reduce((sum, net) => sum + net, 0),
      adjustment.amount.currency,
    );
    const weights = goods.amountMinor > 0 ? nets : asked.map((line) => line.quantity);
    const shares = splitMoney(noMoreThan(goods, adjustment.amount), weights);
    present = present.map((line, index) => {
      const amount = shares[index]!;
      return amount.amountMinor === 0 ? line : adjust(line, { ...adjustment, amount });
    });
  }
  return present;
}

/** Each part's tax. Rounded per part, or once over all and then shared out by what the parts cost. */
function taxesOf(parts: readonly Untaxed[], { tax, rounding, currency }: Basket): readonly (Tax | null)[] {
  if (tax.rateBasisPoints === 0) return parts.map(() => null);
  const taxOn = (net: Money) =>
    applyRatio(net, {
      numerator: tax.rateBasisPoints,
      denominator: tax.isIncluded ? 10_000 + tax.rateBasisPoints : 10_000,
    });
  if (rounding === "line") return parts.map((part) => ({ ...tax, amount: taxOn(part.net) }));
  const whole = addMoney(money(0, currency), ...parts.map((part) => part.net));
  if (whole.amountMinor === 0) return parts.map(() => ({ ...tax, amount: whole }));
  const shares = splitMoney(
    taxOn(whole),
    parts.map((part) => part.net.amountMinor),
  );
  return shares.map((amount) => ({ ...tax, amount }));
}

function withTax(part: Untaxed, tax: Tax | null): Part {
  const { subtotal, adjustments, net } = part;
  const total = tax === null || tax.isIncluded ? net : addMoney(net, tax.amount);
  return { subtotal, adjustments, taxes: tax === null ? [] : [tax], total };
}

/** Adds up the amounts of those that share a key, in order of first appearance. */
function summed<Item extends { readonly amount: Money }>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const sums = new Map<string, Item>();
  for (const item of items) {
    const sum = sums.get(keyOf(item));
    sums.set(keyOf(item), sum === undefined ? item : { ...sum, amount: addMoney(sum.amount, item.amount) });
  }
  return [...sums.values()];
}
