import type { CheckoutState } from "./checkout-state.ts";

type Address = NonNullable<CheckoutState["address"]>;

/** Why a field is not taken; the page says it in words beside the field. */
export type FieldProblem =
  | "required"
  | "email"
  | "too_long"
  | "country"
  | "postcode"
  | "card"
  | "expiry"
  | "cvc"
  | "test_card";
export type Problems = Readonly<Record<string, FieldProblem>>;

/** In UTF-16 units, as browsers count. What they leave fits into the cookie that keeps it, in any script: see `keepCheckout`. */
const LONGEST = { email: 254, name: 100, line1: 120, line2: 120, city: 80, region: 80, postcode: 16 } as const;
/** Of all that is before and behind the @ (RFC 5321, 4.5.3.1.3). */
const LONGEST_EMAIL_BYTES = 254;
const REQUIRED = ["email", "name", "line1", "city", "country"] as const;
// One @, a dot behind it, no blanks: who it belongs to only a mail can find out.
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;
const NO_POSTCODES = new Set(["AE", "AO", "BS", "BZ", "HK", "IE", "JM", "PA", "QA"]);

/** Contact and address as they were typed: what is wrong with them, by field, else what they are. */
export function readContact(
  form: Readonly<Record<string, string>>,
  countries: readonly string[],
): { readonly problems: Problems } | { readonly email: string; readonly address: Address } {
  const typed = (field: string) => cleaned(form[field] ?? "");
  const problems: Record<string, FieldProblem> = {};
  for (const [field, longest] of Object.entries(LONGEST))
    if (typed(field).length > longest) problems[field] = "too_long";
  if (Buffer.byteLength(typed("email")) > LONGEST_EMAIL_BYTES) problems["email"] = "too_long";
  if (typed("email") !== "" && problems["email"] === undefined && !EMAIL.test(typed("email")))
    problems["email"] = "email";
  if (!countries.includes(typed("country"))) problems["country"] = "country";
  if (typed("postcode") === "" && !NO_POSTCODES.has(typed("country"))) problems["postcode"] = "postcode";
  for (const field of REQUIRED) if (typed(field) === "") problems[field] = "required";
  if (Object.keys(problems).length > 0) return { problems };
  const optional = Object.fromEntries(
    (["line2", "region", "postcode"] as const)
      .filter((field) => typed(field) !== "")
      .map((field) => [field, typed(field)]),
  );
  const address = {
    name: typed("name"),
    line1: typed("line1"),
    city: typed("city"),
    country: typed("country"),
    ...optional,
  };
  return { email: typed("email"), address };
}

/** No field of a page holds line ends or other signs for machines; JSON would write six letters for each. */
function cleaned(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim();
}

export type Card = {
  readonly number: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
  readonly cvc: string;
};

/** A card as it was typed, `12/30` or `12 / 2030`. */
export function readCard(
  form: Readonly<Record<string, string>>,
): { readonly problems: Problems } | { readonly card: Card } {
  const problems: Record<string, FieldProblem> = {};
  const number = (form["number"] ?? "").trim();
  const cvc = (form["cvc"] ?? "").trim();
  const expiry = /^(\d{1,2})\s*[/-]\s*(\d{2}|20\d{2})$/.exec((form["expiry"] ?? "").trim());
  const expiryMonth = Number(expiry?.[1]);
  if (!/^[0-9 -]{12,23}$/.test(number)) problems["number"] = number === "" ? "required" : "card";
  if (!(expiryMonth >= 1 && expiryMonth <= 12)) problems["expiry"] = "expiry";
  if (!/^\d{3,4}$/.test(cvc)) problems["cvc"] = cvc === "" ? "required" : "cvc";
  if (Object.keys(problems).length > 0) return { problems };
  return { card: { number, expiryMonth, expiryYear: 2_000 + (Number(expiry![2]) % 100), cvc } };
}
