const weights = [8, 6, 4, 2, 3, 5, 9, 7];

/** A tracking code in the form of the Universal Postal Union's standard S10: `TP` (the service), eight digits of the serial
 *  number, a check digit (weighted sum modulo 11), the country of origin. Serials beyond eight digits begin anew. */
export function trackingCode(serial: number, originCountry: string): string {
  const digits = String(serial % 100_000_000).padStart(8, "0");
  return `TP${digits}${checkDigit(digits)}${originCountry}`;
}

function checkDigit(digits: string): number {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  const check = 11 - (sum % 11);
  return check === 10 ? 0 : check === 11 ? 5 : check;
}
