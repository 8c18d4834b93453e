import type { Frame } from "../frame.ts";
import { Layout } from "./layout.tsx";

export type CartModel = {
  readonly frame: Frame;
  readonly lines: readonly Line[];
  readonly itemCount: number;
  readonly subtotal: string;
  /** How it is now, in words: what those hear who do not see it. */
  readonly said: string;
  readonly canCheckOut: boolean;
  /** What went wrong with the last change. */
  readonly problem: string | undefined;
};
export type Line = {
  readonly sku: string;
  readonly quantity: number;
  readonly href: string | null;
  readonly title: string;
  readonly optionText: string;
  readonly image: string | null;
  readonly unitPrice: string | null;
  readonly subtotal: string | null;
  readonly problem: string | undefined;
};

export function CartPage(model: CartModel) {
  const { frame } = model;
  const { cartTitle: title, cartDescription: description } = frame.texts;
  return (
    <Layout frame={frame} head={{ title, description, isListed: false }}>
      <h1>{title}</h1>
      <CartContent model={model} isDrawer={false} />
    </Layout>
  );
}

/** The cart without a page around it: what the drawer shows. */
export function CartDrawer(model: CartModel) {
  const { texts } = model.frame;
  return (
    <div data-drawer>
      <form method="dialog" class="drawer-head">
        <h2>{texts.cartTitle}</h2>
        <button class="icon" aria-label={texts.close}>
          <span aria-hidden="true">×</span>
        </button>
      </form>
      <CartContent model={model} isDrawer={true} />
    </div>
  );
}

function CartContent({ model, isDrawer }: { readonly model: CartModel; readonly isDrawer: boolean }) {
  const { frame, lines, problem, subtotal, said, canCheckOut, itemCount } = model;
  const { texts, href, place } = frame;
  return (
    <div class="cart" data-cart-items={String(itemCount)} data-said={said}>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {lines.length === 0 ? (
        <p class="empty">
          {texts.cartEmpty} <a href={href("/products")}>{texts.keepShopping}</a>
        </p>
      ) : (
        <>
          <ul class="lines">
            {lines.map((line) => (
              <CartLine line={line} frame={frame} />
            ))}
          </ul>
          <div class="sum">
            <p class="sum-line">
              <span>{texts.subtotal}</span>
              <strong>{subtotal}</strong>
            </p>
            <p class="note">{place.pricesIncludeTax ? texts.deliveryLater : texts.taxAndDelivery}</p>
            {isDrawer && (
              <a class="button quiet" href={href("/cart")}>
                {texts.viewCart}
              </a>
            )}
            {canCheckOut && (
              <a class="button" href={href("/checkout")}>
                {texts.checkout}
              </a>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function CartLine({ line, frame }: { readonly line: Line; readonly frame: Frame }) {
  const { texts, href } = frame;
  const { sku, quantity, title } = line;
  return (
    <li class="line">
      <span class="art">
        {line.image !== null && <img src={line.image} alt="" width="400" height="400" decoding="async" />}
      </span>
      <div class="line-text">
        {line.href === null ? <span>{title}</span> : <a href={line.href}>{title}</a>}
        {line.optionText !== "" && <span class="soft">{line.optionText}</span>}
        {line.unitPrice !== null && <span class="soft">{texts.each(line.unitPrice)}</span>}
        {line.problem !== undefined && <span class="line-problem">{line.problem}</span>}
      </div>
      <form method="post" action={href("/cart/change")} class="line-change" data-cart-form data-cart-change>
        <input type="hidden" name="sku" value={sku} />
        <input
          type="number"
          name="quantity"
          value={String(quantity)}
          min="0"
          max="9999"
          inputmode="numeric"
          required
          aria-label={texts.quantityOf(title)}
        />
        <button class="quiet small">{texts.update}</button>
        <button class="quiet small" name="remove" value="yes" formnovalidate aria-label={texts.removeNamed(title)}>
          {texts.remove}
        </button>
      </form>
      <span class="price">{line.subtotal ?? ""}</span>
    </li>
  );
}
