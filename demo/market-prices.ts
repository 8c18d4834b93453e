/** A market beside the home one: how many hundredths of its currency a pound is worth here. The rates are fixed, rounded up a little
 *  for what selling abroad costs, so that prices stay as they are when the day's rate moves; US prices are without sales tax. */
const markets = [
  { market: "de", currency: "EUR", hundredthsPerPound: 120 },
  { market: "us", currency: "USD", hundredthsPerPound: 130 },
] as const;

export type MarketPrice = { readonly market: string; readonly currency: string; readonly amountMinor: number };

/** The prices of one piece in every market of the demo shop, from its British price in whole pence, tax included where it is usual.
 *  Whole minor units; a good that costs more in pounds never costs less elsewhere. */
export function pricesInMarkets(pricePence: number): MarketPrice[] {
  return [
    { market: "gb", currency: "GBP", amountMinor: pricePence },
    ...markets.map(({ market, currency, hundredthsPerPound }) => ({
      market,
      currency,
      amountMinor: nearestPricePoint(pricePence * hundredthsPerPound),
    })),
  ];
}

/** The price point next to an amount in hundredths of a minor unit; of two equally near ones the higher. Below 1.00 prices end in 5
 *  or 9, below 10.00 in 29, 49, 79 or 99, below 50.00 in 49 or 99; above they lie 5.00 apart (54.99, 59.99). */
function nearestPricePoint(hundredths: number): number {
  const { every, endings } = stepAt(hundredths / 100);
  const base = Math.floor(hundredths / 100 / every) * every;
  const points = [-every, 0, every].flatMap((shift) => endings.map((ending) => base + shift + ending));
  return points
    .filter((point) => point > 0)
    .reduce((best, point) => (Math.abs(point * 100 - hundredths) <= Math.abs(best * 100 - hundredths) ? point : best));
}

function stepAt(amount: number): { readonly every: number; readonly endings: readonly number[] } {
  if (amount < 100) return { every: 10, endings: [5, 9] };
  if (amount < 1000) return { every: 100, endings: [29, 49, 79, 99] };
  if (amount < 5000) return { every: 100, endings: [49, 99] };
  return { every: 500, endings: [499] };
}
