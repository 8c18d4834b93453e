import { testCards, type TestCard } from "../contract.ts";

/** The digits of a number written with spaces or hyphens. */
export function digitsOf(number: string): string {
  return number.replaceAll(/[ -]/g, "");
}

/** The test card with this number. */
export function findTestCard(number: string): TestCard | undefined {
  const digits = digitsOf(number);
  return testCards.find((card) => card.number === digits);
}

/** The checksum of card numbers (ISO/IEC 7812-1, Luhn). */
export function hasLuhnChecksum(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += index % 2 === 1 ? doubled : digit;
  }
  return sum % 10 === 0;
}
