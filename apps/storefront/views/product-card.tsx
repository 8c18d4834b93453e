import type { Picture } from "../picture-of.ts";
import type { Availability } from "../read-availability.ts";
import type { Texts } from "../texts.ts";

export type Card = {
  readonly href: string;
  readonly title: string;
  readonly image: Picture | null;
  /** As text, `From £4.25` for several; null where it is not sold. */
  readonly price: string | null;
  readonly availability: Availability;
};

/** How wide a card is: see `.grid`. */
const SIZES = "(min-width: 26rem) 13rem, 44vw";

type Props = { readonly card: Card; readonly texts: Texts; readonly isFirst?: boolean };

function ProductCard({ card, texts, isFirst = false }: Props) {
  const { href, title, image, price, availability } = card;
  const state = availability === "out" ? texts.soldOut : availability === "low" ? texts.fewLeft : undefined;
  return (
    <li class="card">
      <a href={href}>
        <span class="art">
          {image !== null && (
            <img
              src={image.src}
              srcset={image.srcset}
              sizes={image.srcset === undefined ? undefined : SIZES}
              alt=""
              width="400"
              height="400"
              loading={isFirst ? undefined : "lazy"}
              fetchpriority={isFirst ? "high" : undefined}
              decoding="async"
            />
          )}
          {state !== undefined && <span class={`badge ${availability}`}>{state}</span>}
        </span>
        <span class="card-title">{title}</span>
        <span class="price">{price ?? texts.notForSale}</span>
      </a>
    </li>
  );
}

/** `eager` cards of them are seen without scrolling. */
export function ProductGrid({
  cards,
  texts,
  eager = 0,
}: {
  readonly cards: readonly Card[];
  readonly texts: Texts;
  readonly eager?: number;
}) {
  return (
    <ul class="grid">
      {cards.map((card, index) => (
        <ProductCard card={card} texts={texts} isFirst={index < eager} />
      ))}
    </ul>
  );
}
