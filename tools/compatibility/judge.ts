import { keyOf, type Finding } from "./finding.ts";

export type Verdict = {
  /** Findings that fail the check. */
  readonly open: readonly Finding[];
  readonly accepted: readonly { readonly sentence: string; readonly reason: string }[];
  /** Faults of the check itself or of what was accepted: an example that no rule foretold, an acceptance without a finding. */
  readonly problems: readonly string[];
};

/** Weighs findings and failed examples against what a reviewer accepted, by the finding's key. */
export function judge({
  findings,
  examples,
  accepted,
}: {
  readonly findings: readonly Finding[];
  /** `orders.checkout: input of …`, as `failingExamples` tells them. */
  readonly examples: readonly string[];
  readonly accepted: Readonly<Record<string, string>>;
}): Verdict {
  const keys = new Set(findings.map(keyOf));
  const found = new Set(findings.map(({ about }) => about));
  const unforetold = examples.filter((line) => !found.has(line.slice(0, line.indexOf(":"))));
  return {
    open: findings.filter((finding) => accepted[keyOf(finding)] === undefined),
    accepted: findings.flatMap((finding) => {
      const reason = accepted[keyOf(finding)];
      return reason === undefined ? [] : [{ sentence: finding.sentence, reason }];
    }),
    problems: [
      ...unforetold.map((line) => `An example fails though no rule found anything; correct the rules. ${line}`),
      ...Object.keys(accepted)
        .filter((key) => !keys.has(key))
        .map((key) => `accepted.json lets through "${key}", which nobody finds: delete the line.`),
      ...Object.entries(accepted)
        .filter(([, reason]) => reason.trim().length < 20)
        .map(([key]) => `accepted.json gives no reason for "${key}".`),
    ],
  };
}
