import type { Frame } from "../frame.ts";
import { Layout } from "./layout.tsx";
import { OrderSummary, type Summary } from "./order-summary.tsx";

export type OrderModel = {
  readonly frame: Frame;
  readonly number: string;
  readonly title: string;
  readonly text: string;
  readonly failure: string | undefined;
  readonly isGoingOn: boolean;
  /** The bank's page, where the shopper has to confirm. */
  readonly next: string | undefined;
  readonly email: string;
  readonly address: readonly string[];
  readonly placedAt: string;
  readonly payment: string;
  readonly fulfilment: string;
  readonly trackingCodes: readonly string[];
  readonly summary: Summary;
};

export function OrderPage(model: OrderModel) {
  const { frame, number, title, text, failure, isGoingOn, next, summary } = model;
  const { texts, href } = frame;
  return (
    <Layout frame={frame} head={{ title: `${texts.order} ${number}`, isListed: false }}>
      <div class="checkout">
        <div>
          <p class="soft">{`${texts.order} ${number}`}</p>
          <h1>{title}</h1>
          <p class="lead" role="status">
            {text} {failure}
          </p>
          {isGoingOn && <p class="progress">{texts.orderGoesOn}</p>}
          {failure !== undefined && !isGoingOn && (
            <p>
              <a class="button" href={href("/cart")}>
                {texts.viewCart}
              </a>
            </p>
          )}
          {next !== undefined && (
            <p>
              <a class="button" href={next}>
                {texts.confirmAtBank}
              </a>
            </p>
          )}
          <dl class="details">
            <dt>{texts.placedAt}</dt>
            <dd>{model.placedAt}</dd>
            <dt>{texts.payment}</dt>
            <dd>{model.payment}</dd>
            <dt>{texts.fulfilment}</dt>
            <dd>{model.fulfilment}</dd>
            {model.trackingCodes.length > 0 && (
              <>
                <dt>{texts.tracking}</dt>
                <dd>{model.trackingCodes.join(", ")}</dd>
              </>
            )}
            <dt>{texts.mailGoesTo}</dt>
            <dd>{model.email}</dd>
            <dt>{texts.steps.address}</dt>
            <dd class="stacked">
              {model.address.map((line) => (
                <span>{line}</span>
              ))}
            </dd>
          </dl>
          <p>
            <a class="button quiet" href={href("/")}>
              {texts.keepShopping}
            </a>
          </p>
        </div>
        <OrderSummary summary={summary} texts={texts} />
      </div>
    </Layout>
  );
}
