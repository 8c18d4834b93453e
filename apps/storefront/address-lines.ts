import type { CheckoutState } from "./checkout-state.ts";

type Address = NonNullable<CheckoutState["address"]>;

/** An address as it stands on a parcel; the country in the words of `locale`. */
export function addressLines(address: Address, locale: string): readonly string[] {
  const { name, line1, line2 = "", city, region = "", postcode = "", country } = address;
  const countryName = new Intl.DisplayNames(locale, { type: "region" }).of(country) ?? country;
  return [name, line1, line2, `${postcode} ${city}`.trim(), region, countryName].filter((line) => line !== "");
}
