import type { Frame, Link } from "../frame.ts";
import type { Picture } from "../picture-of.ts";
import type { Availability } from "../read-availability.ts";
import { Breadcrumbs, breadcrumbFacts } from "./breadcrumbs.tsx";
import { Layout } from "./layout.tsx";
import { ProductGrid, type Card } from "./product-card.tsx";

export type ProductModel = {
  readonly frame: Frame;
  readonly title: string;
  readonly description: string;
  readonly crumbs: readonly Link[];
  readonly images: readonly Picture[];
  /** Beside links to the page: from the root, 1200 × 630. */
  readonly shareImage: { readonly src: string; readonly alt: string } | undefined;
  /** The range, as text. */
  readonly price: string | null;
  /** Named after what is chosen: `Colour`; empty for a product without options. */
  readonly optionName: string;
  readonly variants: readonly Variant[];
  readonly attributes: readonly { readonly name: string; readonly values: string }[];
  readonly delivery: readonly { readonly title: string; readonly price: string; readonly days: string }[];
  readonly similar: readonly Card[];
  readonly facts: readonly object[];
};
export type Variant = {
  readonly sku: string;
  /** `Red / Large` */
  readonly text: string;
  readonly price: string | null;
  readonly availability: Availability;
};

/** How wide a picture is: see `.product` and `.gallery`. */
const SIZES = "(min-width: 78rem) 36rem, (min-width: 44rem) 48vw, 92vw";

export function ProductPage(model: ProductModel) {
  const { frame, title, description, crumbs, images, similar } = model;
  const { texts } = frame;
  const facts = [...model.facts, breadcrumbFacts(frame, crumbs, title)];
  return (
    <Layout frame={frame} head={{ title, description, type: "product", image: model.shareImage, facts }}>
      <Breadcrumbs crumbs={crumbs} here={title} texts={texts} />
      <article class="product">
        <div class="gallery">
          {images.map(({ src, srcset, alt }, index) => (
            <img
              src={src}
              srcset={srcset}
              sizes={srcset === undefined ? undefined : SIZES}
              alt={alt}
              width="400"
              height="400"
              fetchpriority={index === 0 ? "high" : undefined}
              loading={index === 0 ? undefined : "lazy"}
            />
          ))}
        </div>
        <div class="facts">
          <h1>{title}</h1>
          <BuyForm model={model} />
          <section>
            <h2>{texts.description}</h2>
            <p>{description}</p>
          </section>
          <Details model={model} />
          <Delivery model={model} />
        </div>
      </article>
      {similar.length > 0 && (
        <section class="similar" aria-labelledby="similar">
          <h2 id="similar">{texts.similar}</h2>
          <ProductGrid cards={similar} texts={texts} />
        </section>
      )}
    </Layout>
  );
}

function BuyForm({ model: { frame, variants, price, optionName } }: { readonly model: ProductModel }) {
  const { texts, href, place } = frame;
  const canBuy = (variant: Variant) => variant.price !== null && variant.availability !== "out";
  const first = variants.find(canBuy);
  return (
    <form class="buy" method="post" action={href("/cart/add")} data-cart-form>
      <p class="price large">
        {price ?? texts.notForSale}
        {price !== null && <small>{place.pricesIncludeTax ? texts.pricesWithTax : texts.pricesWithoutTax}</small>}
      </p>
      {variants.length === 1 ? (
        <>
          <input type="hidden" name="sku" value={variants[0]!.sku} />
          <AvailabilityLine availability={variants[0]!.availability} texts={texts} />
        </>
      ) : (
        <fieldset class="options">
          <legend>{texts.choose(optionName)}</legend>
          {variants.map((variant) => (
            <label class="option">
              <input
                type="radio"
                name="sku"
                value={variant.sku}
                required
                checked={variant === first}
                disabled={!canBuy(variant)}
              />
              <span class="option-text">
                <span>{variant.text}</span> <AvailabilityLine availability={variant.availability} texts={texts} />
              </span>
              <span class="price">{variant.price ?? texts.notForSale}</span>
            </label>
          ))}
        </fieldset>
      )}
      {first !== undefined && (
        <div class="buy-line">
          <label>
            <span>{texts.quantity}</span>
            <input type="number" name="quantity" value="1" min="1" max="9999" inputmode="numeric" required />
          </label>
          <button class="button">{texts.addToCart}</button>
        </div>
      )}
    </form>
  );
}

function AvailabilityLine({
  availability,
  texts,
}: {
  readonly availability: Availability;
  readonly texts: Frame["texts"];
}) {
  if (availability === "unknown") return <></>;
  const words = { in: texts.inStock, low: texts.fewLeft, out: texts.soldOut };
  return <span class={`stock ${availability}`}>{words[availability]}</span>;
}

function Details({ model: { frame, attributes, variants } }: { readonly model: ProductModel }) {
  const { texts } = frame;
  return (
    <section>
      <h2>{texts.details}</h2>
      <dl class="details">
        {attributes.map(({ name, values }) => (
          <>
            <dt>{name}</dt>
            <dd>{values}</dd>
          </>
        ))}
        <dt>{texts.sku}</dt>
        <dd>{variants.map(({ sku }) => sku).join(", ")}</dd>
      </dl>
    </section>
  );
}

function Delivery({ model: { frame, delivery } }: { readonly model: ProductModel }) {
  const { texts, place } = frame;
  if (delivery.length === 0) return <></>;
  return (
    <section>
      <h2>{`${texts.delivery} · ${place.marketName}`}</h2>
      <ul class="delivery">
        {delivery.map(({ title, price, days }) => (
          <li>
            <span>{`${title}, ${texts.deliveryIn(days)}`}</span>
            <span class="price">{price}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
