/** One promise of the last release that is not kept: what is changed, what an old or new side would see, what to do instead. */
export type Finding = {
  readonly rule: Rule;
  /** `orders.checkout`, `orders.OrderPlaced.v1`. */
  readonly about: string;
  /** The place in it: `lines[].sku`, `Idempotency-Key`; empty for the whole. */
  readonly at: string;
  readonly sentence: string;
};

/** Every rule; each has a planted violation. */
export const RULES = [
  "edge-moved",
  "operation-removed",
  "address-changed",
  "access-narrowed",
  "success-changed",
  "may-go-on",
  "body-changed",
  "body-limit-lowered",
  "header-changed",
  "key-demanded",
  "key-dropped",
  "more-changed",
  "refusal-status-changed",
  "refusal-status-added",
  "refusal-unknown-to-callers",
  "input-required",
  "input-unknown",
  "input-default",
  "input-values",
  "output-required",
  "output-absent",
  "output-values",
  "refusal-required",
  "refusal-absent",
  "refusal-values",
  "new-caller-required",
  "new-caller-values",
  "old-answer-required",
  "old-answer-values",
  "event-removed",
  "event-subject-changed",
  "kept-event-required",
  "kept-event-values",
  "new-event-required",
  "new-event-absent",
  "new-event-values",
] as const;
export type Rule = (typeof RULES)[number];

/** Which rule a finding breaks and where, in one line; `accepted.json` of a release lists findings by it. */
export function keyOf({ rule, about, at }: Finding): string {
  return [rule, about, at].filter((part) => part !== "").join(" ");
}

/** What is changed, what is seen of it, what to do instead: the three parts of a finding's sentence. */
export type Told = { readonly was: string; readonly seen: string; readonly instead: string };

export function finding(rule: Rule, about: string, at: string, { was, seen, instead }: Told): Finding {
  const subject = at === "" ? about : `${about}, ${at}`;
  return { rule, about, at, sentence: `${subject} ${was}: ${seen}. ${instead}.` };
}
