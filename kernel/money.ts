import Type, { type Static } from "typebox";

/** ISO 4217 alphabetic code. */
export const Currency = Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217 code" });

/** An amount of money: a whole number of the currency's smallest unit (pence, cents, yen). Never a float. */
export const Money = Type.Object(
  {
    amountMinor: Type.Integer({ minimum: -9_007_199_254_740_991, maximum: 9_007_199_254_740_991 }),
    currency: Currency,
  },
  { $id: "Money", description: "An amount in the smallest unit of its currency." },
);
export type Money = Readonly<Static<typeof Money>>;

export function money(amountMinor: number, currency: string): Money {
  return { amountMinor: checked(amountMinor), currency };
}

/** Adds amounts of one currency; throws on a mix, because that is a fault in the caller. */
export function addMoney(first: Money, ...rest: readonly Money[]): Money {
  let amountMinor = first.amountMinor;
  for (const other of rest) amountMinor = checked(amountMinor + sameCurrency(first, other).amountMinor);
  return { amountMinor, currency: first.currency };
}

export function subtractMoney(from: Money, other: Money): Money {
  return { amountMinor: checked(from.amountMinor - sameCurrency(from, other).amountMinor), currency: from.currency };
}

/** `times` is a whole number, such as a quantity. */
export function multiplyMoney(amount: Money, times: number): Money {
  if (!Number.isSafeInteger(times)) throw new RangeError(`Cannot multiply money by ${times}; use applyRatio.`);
  return { amountMinor: checked(amount.amountMinor * times), currency: amount.currency };
}

/** amount × numerator ÷ denominator, exact until one rounding half to even (IEEE 754 roundTiesToEven). */
export function applyRatio(amount: Money, ratio: { numerator: number; denominator: number }): Money {
  const product = BigInt(amount.amountMinor) * BigInt(ratio.numerator);
  return {
    amountMinor: checked(Number(divideHalfEven(product, BigInt(ratio.denominator)))),
    currency: amount.currency,
  };
}

/** Splits an amount by weights into parts that sum exactly to it (largest remainder; ties go to the earlier part). */
export function splitMoney(amount: Money, weights: readonly number[]): readonly Money[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total <= 0n || weights.some((weight) => weight < 0))
    throw new RangeError("Weights must be whole numbers, none negative, with a positive sum.");
  const sign = amount.amountMinor < 0 ? -1n : 1n;
  const whole = BigInt(amount.amountMinor) * sign;
  const shares = weights.map((weight, index) => {
    const product = whole * BigInt(weight);
    return { index, part: product / total, remainder: product % total };
  });
  let left = whole - shares.reduce((sum, share) => sum + share.part, 0n);
  for (const share of shares.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  )) {
    if (left === 0n) break;
    share.part += 1n;
    left -= 1n;
  }
  return shares.map((share) => ({ amountMinor: Number(share.part * sign), currency: amount.currency }));
}

/** Text for people, in their locale: `£4.25`. Exact for every amount; the currency's own number of decimals. */
export function formatMoney(amount: Money, locale = "en-GB"): string {
  return formatOf(locale, amount.currency).format(decimal(amount.amountMinor, minorDigits(amount.currency)));
}

const formats = new Map<string, Intl.NumberFormat>();
const FORMATS_KEPT = 500;

/** Kept: making one costs a hundred times what using it does. */
function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (format === undefined) {
    const digits = minorDigits(currency);
    const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    format = new Intl.NumberFormat(locale, { style: "currency", currency, ...decimals });
    if (formats.size >= FORMATS_KEPT) formats.clear();
    formats.set(key, format);
  }
  return format;
}

// The rows of ISO 4217 that are not 2. Intl cannot be asked: it follows CLDR, which has 0 for IQD, AFN, HUF and others.
const DIGITS_OTHER_THAN_2: ReadonlyMap<string, number> = new Map([
  ...["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"].map(digits(0)),
  ...["XAF", "XOF", "XPF"].map(digits(0)),
  ...["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].map(digits(3)),
  ...["CLF", "UYW"].map(digits(4)),
]);

/** Decimals of the currency's smallest unit by ISO 4217: 2 for GBP, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return DIGITS_OTHER_THAN_2.get(currency) ?? 2;
}

function digits(count: number): (currency: string) => [string, number] {
  return (currency) => [currency, count];
}

/** `-4.25` for (-425, 2): text, because a float loses the last digit of large amounts. */
function decimal(amountMinor: number, digits: number): Intl.StringNumericLiteral {
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const fraction = digits === 0 ? "" : `.${text.slice(-digits)}`;
  return `${amountMinor < 0 ? "-" : ""}${whole}${fraction}` as Intl.StringNumericLiteral;
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError("The denominator must be positive.");
  const sign = numerator < 0n ? -1n : 1n;
  const whole = numerator * sign;
  const quotient = whole / denominator;
  const twice = (whole % denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return (isUp ? quotient + 1n : quotient) * sign;
}

function sameCurrency(first: Money, other: Money): Money {
  if (first.currency !== other.currency) throw new TypeError(`Cannot mix ${first.currency} and ${other.currency}.`);
  return other;
}

function checked(amountMinor: number): number {
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError(`${amountMinor} is not a safe amount of minor units.`);
  return amountMinor + 0; // -0 → 0
}
