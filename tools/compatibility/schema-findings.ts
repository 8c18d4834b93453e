import type { Gap, Reading } from "./compare-schemas.ts";
import { finding, type Finding, type Rule } from "./finding.ts";

/** Who writes, who reads, and what to do instead, of one direction. */
type Direction = { readonly writer: string; readonly harm: string; readonly instead: string };
export const OLD_CLIENT_SENDS: Direction = {
  writer: "an old client",
  harm: "the new server refuses or overlooks it",
  instead:
    "Take whatever the last release took; what is new is optional and means the old behaviour when it is left out",
};
export const OLD_CLIENT_READS: Direction = {
  writer: "the new server",
  harm: "an old client cannot read it",
  instead: "Leave the field as it was and add an optional one beside, or add an operation",
};
export const NEW_CALLER_SENDS: Direction = {
  writer: "a caller of this release",
  harm: "a server of the last release, beside which it runs during a rollout, refuses it",
  instead: "Leave the field as it was and add an optional one beside",
};
export const NEW_CALLER_READS: Direction = {
  writer: "a server of the last release",
  harm: "a caller of this release, beside which it runs during a rollout, cannot read it",
  instead: "Make what is new optional and let callers do without",
};
export const NEW_LISTENER_READS: Direction = {
  writer: "a kept event of the last release",
  harm: "a listener of this release cannot read it",
  instead: "Make what is new optional, or publish a new version beside",
};
export const OLD_LISTENER_READS: Direction = {
  writer: "an event of this release",
  harm: "a listener of the last release cannot read it",
  instead: "Leave the field as it was and add an optional one beside, or publish a new version beside",
};

type SchemaTold = Direction & { readonly prefix: string; readonly about: string; readonly part: string };

export function schemaFindings(
  gaps: readonly Gap[],
  { prefix, about, part, ...direction }: SchemaTold,
): readonly Finding[] {
  const told = gaps.filter((gap) => gap.kind !== "default" || prefix === "input");
  return told.map((gap) =>
    finding(`${prefix}-${gap.kind}` as Rule, about, gap.at, {
      was: `in ${part}`,
      seen: happens(gap, direction),
      instead: direction.instead,
    }),
  );
}

function happens({ kind, detail }: Gap, { writer, harm }: Direction): string {
  if (kind === "default") return `${writer} that leaves it out would get ${detail}, not what it meant`;
  const does: Readonly<Record<typeof kind, string>> = {
    required: `${writer} may leave out what the other side needs`,
    absent: `${writer} no longer has it`,
    unknown: `${writer} sends it, the other side no longer knows it`,
    values: `${writer} may send ${detail}`,
  };
  return `${does[kind]}, and ${harm}`;
}

/** A reader of the last release counts on every field that it knows. */
export const AS_READ_BEFORE: Reading = { unknown: "ignored", absent: "lost" };
