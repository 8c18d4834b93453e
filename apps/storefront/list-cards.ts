import type { Input, Output } from "#kernel/contract";
import { formatMoney } from "#kernel/money";
import { catalog } from "#catalog/contract";
import { pictureOf } from "./picture-of.ts";
import { bestOf, readAvailability } from "./read-availability.ts";
import type { Visit } from "./shop-page.ts";
import type { Card } from "./views/product-card.tsx";

type Listed = Output<typeof catalog.listProducts>["items"][number];

/** A page of a list, as cards. */
export async function listCards(
  visit: Visit,
  input: Input<typeof catalog.listProducts>,
): Promise<{ readonly cards: readonly Card[]; readonly nextCursor: string | null }> {
  const { items, nextCursor } = await visit.call(catalog.listProducts, input);
  const known = await readAvailability(
    visit,
    items.flatMap(({ skus }) => skus),
  );
  const cards = items.map((item) => ({
    href: visit.href(`/products/${item.slug}`),
    title: item.title,
    image: item.image === null ? null : pictureOf(item.image),
    price: priceOf(visit, item.price),
    availability: bestOf(item.skus, known),
  }));
  return { cards, nextCursor };
}

/** `£4.25`, or `From £4.25` where variants differ. */
export function priceOf({ place, texts }: Visit, price: Listed["price"]): string | null {
  if (price === null) return null;
  const from = formatMoney(price.from, place.locale);
  return price.from.amountMinor === price.to.amountMinor ? from : texts.from(from);
}
