/** A card number found in a text, its middle digits hidden. */
export type FoundCardNumber = { readonly masked: string; readonly at: number };

// Unbroken, or in the groups that are printed on cards, parted by a blank, a hyphen, or a blank as URLs write it.
const PART = String.raw`(?: |-|\+|%20)`;
const CANDIDATE = new RegExp(
  String.raw`(?<![0-9A-Za-z])(?<!\d\.)(?:\d{13,19}|(?<!-)\d{4}(${PART})\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?(?!-)|(?<!-)\d{4}(${PART})\d{6}\2\d{5}(?!-))(?![0-9A-Za-z])`,
  "g",
);

/** Payment card numbers in any text (a log, a row, an event): digits of a scheme's range with a valid checksum. Made to scan
 *  whatever must not hold them; ids, timestamps, fractions and hexadecimal text are told apart by their shape. */
export function findCardNumbers(text: string): readonly FoundCardNumber[] {
  const found: FoundCardNumber[] = [];
  for (const match of text.matchAll(CANDIDATE)) {
    const digits = match[0].replaceAll("%20", "").replaceAll(/\D/g, "");
    if (isOfScheme(digits) && hasChecksum(digits)) {
      found.push({
        masked: `${digits.slice(0, 6)}${"*".repeat(digits.length - 10)}${digits.slice(-4)}`,
        at: match.index,
      });
    }
  }
  return found;
}

/** Issuer ranges by length: Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro. */
const SCHEMES = [
  /^4(\d{12}|\d{15}|\d{18})$/,
  /^(5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})$/,
  /^3[47]\d{13}$/,
  /^(6011|64[4-9]\d|65\d\d)\d{12,15}$/,
  /^3(0[0-5]|6\d|[89]\d)\d{11,16}$/,
  /^35(2[89]|[3-8]\d)\d{12,15}$/,
  /^62\d{14,17}$/,
  /^(50|5[6-8]|6304|6759|676[1-3])\d{11,17}$/,
] as const;

function isOfScheme(digits: string): boolean {
  return SCHEMES.some((scheme) => scheme.test(digits));
}

/** ISO/IEC 7812-1 (Luhn). */
function hasChecksum(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
