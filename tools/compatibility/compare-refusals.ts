import { gapsBetween } from "./compare-schemas.ts";
import { finding, type Finding } from "./finding.ts";
import { AS_READ_BEFORE, OLD_CLIENT_READS, schemaFindings } from "./schema-findings.ts";
import { isCalled, type OperationSnapshot, type RefusalSnapshot, type Snapshot } from "./snapshot.ts";

type Refusals = Readonly<Record<string, RefusalSnapshot>>;

/** Refusals that both releases have. One that is gone harms nobody. */
export function compareRefusals(name: string, { old, now }: { old: Refusals; now: Refusals }): readonly Finding[] {
  return Object.entries(old).flatMap(([code, before]) => {
    const after = now[code];
    if (after === undefined) return [];
    const moved = finding("refusal-status-changed", name, code, {
      was: `is answered ${after.status}, no longer ${before.status}`,
      seen: "an old client that decides by the status takes another branch",
      instead: "Add a code beside",
    });
    const gaps = before.data === undefined ? [] : gapsBetween(after.data ?? {}, before.data, AS_READ_BEFORE, code);
    return [
      ...(after.status === before.status ? [] : [moved]),
      ...schemaFindings(gaps, {
        ...OLD_CLIENT_READS,
        prefix: "refusal",
        about: name,
        part: "the data of the refusal",
      }),
    ];
  });
}

/** Statuses that any operation of its kind answers anyway, as its documentation says. */
function usualStatuses(operation: OperationSnapshot): readonly number[] {
  const asked = operation.access === "anyone" ? [] : [401, 403];
  const keyed = operation.idempotencyKey === "none" ? [] : [409, 422];
  return [400, 429, 503, 504, ...asked, ...keyed];
}

export function newRefusals(
  name: string,
  old: OperationSnapshot,
  now: OperationSnapshot,
  general: Snapshot["general"],
): readonly Finding[] {
  const known = new Set([...usualStatuses(old), ...Object.values(old.refuses).map(({ status }) => status)]);
  const added = Object.entries(now.refuses).filter(
    ([code]) => !Object.hasOwn(old.refuses, code) && !Object.hasOwn(general, code),
  );
  const strange = added.filter(([, { status }]) => !known.has(status));
  return [
    ...strange.map(([code, { status }]) =>
      finding("refusal-status-added", name, code, {
        was: `refuses with ${status}, a status that it never answered`,
        seen: "an old client has no branch for it",
        instead: "Refuse with a status that it has, or add an operation beside",
      }),
    ),
    ...(isCalled(old) ? added : []).map(([code]) =>
      finding("refusal-unknown-to-callers", name, code, {
        was: "is a new refusal",
        seen: `the last release's ${old.calledBy.join(", ") || "callers"} would take it for a fault`,
        instead: "Answer a refusal that they know, or add an operation beside",
      }),
    ),
  ];
}
