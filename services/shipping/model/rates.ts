import type { RateTable } from "../contract.ts";

type Method = RateTable["zones"][number]["methods"][number];
export type Offer = {
  readonly method: string;
  readonly titles: Readonly<Record<string, string>>;
  readonly amountMinor: number;
  readonly estimatedDays: { readonly min: number; readonly max: number };
};

/** The ways to send a weight to a country, cheapest first; [] when no zone has the country. */
export function findOffers(table: RateTable, to: { country: string; weightGrams: number }): readonly Offer[] {
  const zone =
    table.zones.find((one) => one.countries.includes(to.country)) ??
    table.zones.find((one) => one.countries.includes("*"));
  const offers = (zone?.methods ?? []).map((method) => ({
    method: method.method,
    titles: method.titles,
    amountMinor: priceOf(method, to.weightGrams),
    estimatedDays: method.estimatedDays,
  }));
  return offers.toSorted((first, second) => first.amountMinor - second.amountMinor);
}

/** As many parcels of the heaviest kind as are full, and one for the rest. */
function priceOf({ bands }: Method, weightGrams: number): number {
  const heaviest = bands.at(-1)!;
  const full = Math.max(0, Math.ceil(weightGrams / heaviest.upToGrams) - 1);
  const rest = weightGrams - full * heaviest.upToGrams;
  const band = bands.find((one) => rest <= one.upToGrams) ?? heaviest;
  return full * heaviest.amountMinor + band.amountMinor;
}

export type Fault = { readonly field: string; readonly message: string };

/** What is wrong with a table beyond its shape; [] when it can be used. */
export function findRateFaults(table: RateTable): readonly Fault[] {
  const faults: Fault[] = [];
  const seenCountries = new Set<string>();
  table.zones.forEach((zone, zoneIndex) => {
    for (const country of zone.countries) {
      if (seenCountries.has(country))
        faults.push({ field: `zones/${zoneIndex}/countries`, message: `${country} is named twice` });
      seenCountries.add(country);
    }
    const names = new Set<string>();
    zone.methods.forEach((method, index) => {
      const field = `zones/${zoneIndex}/methods/${index}`;
      if (names.has(method.method))
        faults.push({ field: `${field}/method`, message: `${method.method} is named twice` });
      names.add(method.method);
      faults.push(...findMethodFaults(method, field));
    });
  });
  return faults;
}

function findMethodFaults(method: Method, field: string): readonly Fault[] {
  const faults: Fault[] = [];
  if (method.titles["en"] === undefined)
    faults.push({ field: `${field}/titles`, message: "needs an English title (en)" });
  if (method.estimatedDays.min > method.estimatedDays.max) {
    faults.push({ field: `${field}/estimatedDays`, message: "min is more than max" });
  }
  const isAscending = method.bands.every(
    (band, index) => index === 0 || band.upToGrams > method.bands[index - 1]!.upToGrams,
  );
  if (!isAscending) faults.push({ field: `${field}/bands`, message: "must ascend by upToGrams" });
  return faults;
}
