import { minorDigits, type Money } from "#kernel/money";

/** An amount as machines read it: `4.25`, `500` in a currency without a smaller unit. */
export function decimalPrice({ amountMinor, currency }: Money): string {
  const digits = minorDigits(currency);
  const text = String(amountMinor).padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
