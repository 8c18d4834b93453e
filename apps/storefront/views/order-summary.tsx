import type { Texts } from "../texts.ts";

/** What is bought and what it costs. */
export type Summary = {
  readonly lines: readonly {
    readonly title: string;
    readonly optionText: string;
    readonly quantity: number;
    readonly image: string | null;
    readonly subtotal: string;
  }[];
  readonly subtotal: string;
  /** Null as long as nobody knows where to. */
  readonly shipping: string | null;
  readonly taxes: readonly { readonly name: string; readonly amount: string }[];
  readonly total: string;
};

export function OrderSummary({ summary, texts }: { readonly summary: Summary; readonly texts: Texts }) {
  const { lines, subtotal, shipping, taxes, total } = summary;
  return (
    <aside class="summary" aria-label={texts.summary}>
      <h2>{texts.summary}</h2>
      <ul>
        {lines.map(({ title, optionText, quantity, image, subtotal: price }) => (
          <li class="summary-line">
            <span class="art">
              {image !== null && <img src={image} alt="" width="400" height="400" decoding="async" />}
            </span>
            <span>
              {`${quantity} × ${title}`}
              {optionText !== "" && <span class="soft">{optionText}</span>}
            </span>
            <span class="price">{price}</span>
          </li>
        ))}
      </ul>
      <dl class="sums">
        <dt>{texts.subtotal}</dt>
        <dd class="price">{subtotal}</dd>
        <dt>{texts.delivery}</dt>
        {shipping === null ? <dd>{texts.notYet}</dd> : <dd class="price">{shipping}</dd>}
        {taxes.map(({ name, amount }) => (
          <>
            <dt class="soft">{name}</dt>
            <dd class="price soft">{amount}</dd>
          </>
        ))}
        <dt class="total">{texts.total}</dt>
        <dd class="price total">{total}</dd>
      </dl>
    </aside>
  );
}
