import type { ComponentChildren } from "preact";
import type { Country } from "../countries.ts";
import type { Frame } from "../frame.ts";
import { Layout } from "./layout.tsx";
import { OrderSummary, type Summary } from "./order-summary.tsx";

export type { Summary };
type Words = Readonly<Record<string, string>>;

export type CheckoutModel = {
  readonly frame: Frame;
  readonly step: AddressStep | DeliveryStep | PaymentStep | ReviewStep;
  /** About the step as a whole. */
  readonly problem: string | undefined;
  readonly summary: Summary;
};
/** `problems` say beside a field what is wrong with it. */
type AddressStep = {
  readonly name: "address";
  readonly values: Words;
  readonly problems: Words;
  readonly countries: readonly Country[];
};
type DeliveryStep = {
  readonly name: "delivery";
  readonly problems: Words;
  readonly options: readonly {
    readonly method: string;
    readonly title: string;
    readonly price: string;
    readonly days: string;
    readonly isChosen: boolean;
  }[];
};
type PaymentStep = { readonly name: "payment"; readonly problems: Words; readonly expiry: string };
type ReviewStep = {
  readonly name: "review";
  readonly email: string;
  readonly address: readonly string[];
  readonly delivery: string;
  readonly card: string;
  readonly total: string;
  /** Of the quote that the shopper sees and agrees to. */
  readonly hash: string;
};

const STEPS = ["address", "delivery", "payment", "review"] as const;

export function CheckoutPage({ frame, step, problem, summary }: CheckoutModel) {
  const { texts, href } = frame;
  const here = STEPS.indexOf(step.name);
  return (
    <Layout frame={frame} head={{ title: texts.steps[step.name], isListed: false }}>
      <nav class="steps" aria-label={texts.checkoutTitle}>
        <ol>
          {STEPS.map((name, index) => (
            <li aria-current={index === here ? "step" : undefined}>
              {index < here ? (
                <a class="step" href={href(name === "address" ? "/checkout" : `/checkout/${name}`)}>
                  <span>{texts.steps[name]}</span>
                </a>
              ) : (
                <span class="step">
                  <span>{texts.steps[name]}</span>
                </span>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <div class="checkout">
        <div>
          <h1>{texts.steps[step.name]}</h1>
          {problem !== undefined && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          {step.name === "address" && <AddressForm frame={frame} step={step} />}
          {step.name === "delivery" && <DeliveryForm frame={frame} step={step} />}
          {step.name === "payment" && <PaymentForm frame={frame} step={step} />}
          {step.name === "review" && <ReviewParts frame={frame} step={step} />}
        </div>
        <OrderSummary summary={summary} texts={texts} />
        {step.name === "review" && <PayForm frame={frame} step={step} />}
      </div>
    </Layout>
  );
}

type FieldProps = {
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly problem: string | undefined;
  readonly type?: "text" | "email";
  readonly autocomplete: string;
  readonly inputmode?: "numeric" | "email";
  readonly isOptional?: boolean;
  readonly maxlength: number;
  readonly hint?: string;
};

/** What is wrong stands below the field and is told with it; the first wrong field of a form has the focus. */
function Field({
  name,
  label,
  value,
  problem,
  type = "text",
  autocomplete,
  inputmode,
  isOptional,
  maxlength,
  hint,
}: FieldProps) {
  const isWrong = problem !== undefined;
  const described = [...(isWrong ? [`${name}-problem`] : []), ...(hint === undefined ? [] : [`${name}-hint`])].join(
    " ",
  );
  return (
    <FieldFrame name={name} label={label} problem={problem}>
      <input
        id={name}
        name={name}
        type={type}
        list={undefined} // the attributes' type tells fields with a list from those without
        value={value}
        autocomplete={autocomplete}
        inputmode={inputmode}
        required={isOptional !== true}
        maxlength={maxlength}
        aria-invalid={isWrong ? "true" : undefined}
        autofocus={isWrong}
        aria-describedby={described === "" ? undefined : described}
      />
      {hint !== undefined && (
        <span class="soft" id={`${name}-hint`}>
          {hint}
        </span>
      )}
    </FieldFrame>
  );
}

type FieldFrameProps = {
  readonly name: string;
  readonly label: string;
  readonly problem: string | undefined;
  readonly children: ComponentChildren;
};

function FieldFrame({ name, label, problem, children }: FieldFrameProps) {
  return (
    <div class={`field field-${name}`}>
      <label for={name}>{label}</label>
      {children}
      {problem !== undefined && (
        <span class="field-problem" id={`${name}-problem`}>
          {problem}
        </span>
      )}
    </div>
  );
}

function AddressForm({
  frame,
  step: { values, problems, countries },
}: {
  readonly frame: Frame;
  readonly step: AddressStep;
}) {
  const { texts, href } = frame;
  const field = (name: string) => ({ name, label: texts.fields[name]!, value: values[name], problem: problems[name] });
  return (
    <form class="fields" method="post" action={href("/checkout")} novalidate data-checkout>
      <Field
        {...field("email")}
        type="email"
        inputmode="email"
        autocomplete="email"
        maxlength={254}
        hint={texts.emailHint}
      />
      <Field {...field("name")} autocomplete="shipping name" maxlength={100} />
      <Field {...field("line1")} autocomplete="shipping address-line1" maxlength={120} />
      <Field {...field("line2")} autocomplete="shipping address-line2" maxlength={120} isOptional />
      <Field {...field("postcode")} autocomplete="shipping postal-code" maxlength={16} isOptional />
      <Field {...field("city")} autocomplete="shipping address-level2" maxlength={80} />
      <Field {...field("region")} autocomplete="shipping address-level1" maxlength={80} isOptional />
      <FieldFrame name="country" label={texts.fields["country"]!} problem={problems["country"]}>
        <select
          id="country"
          name="country"
          autocomplete="shipping country"
          required
          autofocus={problems["country"] !== undefined}
        >
          {countries.map(({ code, name }) => (
            <option value={code} selected={code === values["country"]}>
              {name}
            </option>
          ))}
        </select>
      </FieldFrame>
      <button class="button">{texts.continue}</button>
    </form>
  );
}

function DeliveryForm({ frame, step: { options, problems } }: { readonly frame: Frame; readonly step: DeliveryStep }) {
  const { texts, href } = frame;
  if (options.length === 0) return <p class="problem">{texts.noDelivery}</p>;
  return (
    <form class="fields" method="post" action={href("/checkout/delivery")} data-checkout>
      <fieldset class="options">
        <legend>{texts.chooseDelivery}</legend>
        {options.map(({ method, title, price, days, isChosen }) => (
          <label class="option">
            <input type="radio" name="method" value={method} required checked={isChosen} />
            <span class="option-text">
              <span>{title}</span> <span class="soft">{days}</span>
            </span>
            <span class="price">{price}</span>
          </label>
        ))}
        {problems["method"] !== undefined && <span class="field-problem">{problems["method"]}</span>}
      </fieldset>
      <button class="button">{texts.continue}</button>
    </form>
  );
}

function PaymentForm({ frame, step: { problems, expiry } }: { readonly frame: Frame; readonly step: PaymentStep }) {
  const { texts, href } = frame;
  const field = (name: string) => ({ name, label: texts.fields[name]!, problem: problems[name] });
  return (
    <form class="fields" method="post" action={href("/checkout/payment")} novalidate data-checkout>
      <Field {...field("number")} autocomplete="cc-number" inputmode="numeric" maxlength={23} hint={texts.cardHint} />
      <Field {...field("expiry")} value={expiry} autocomplete="cc-exp" maxlength={9} hint={texts.expiryHint} />
      <Field {...field("cvc")} autocomplete="cc-csc" inputmode="numeric" maxlength={4} />
      <p class="note">{texts.cardNote}</p>
      <button class="button">{texts.continue}</button>
    </form>
  );
}

function ReviewParts({ frame, step }: { readonly frame: Frame; readonly step: ReviewStep }) {
  const { texts, href } = frame;
  const part = (title: string, path: string, lines: readonly string[]) => (
    <div class="review-part">
      <h2>{title}</h2>
      <p>
        {lines.map((line) => (
          <span>{line}</span>
        ))}
      </p>
      <a class="plain" href={href(path)} aria-label={`${texts.change}: ${title}`}>
        {texts.change}
      </a>
    </div>
  );
  return (
    <div class="review-parts">
      {part(texts.steps.address, "/checkout", [...step.address, step.email])}
      {part(texts.steps.delivery, "/checkout/delivery", [step.delivery])}
      {part(texts.steps.payment, "/checkout/payment", [step.card])}
    </div>
  );
}

/** After the summary, whatever the width: whoever orders has seen just before what and for how much. */
function PayForm({ frame: { texts, href }, step }: { readonly frame: Frame; readonly step: ReviewStep }) {
  return (
    <form class="fields pay" method="post" action={href("/checkout/review")} data-checkout>
      <input type="hidden" name="hash" value={step.hash} />
      <button class="button wide">{texts.pay(step.total)}</button>
      <p class="note">{texts.agree}</p>
    </form>
  );
}
