import { compareAddress, compareKey, compareMore } from "./compare-addresses.ts";
import { compareRefusals, newRefusals } from "./compare-refusals.ts";
import { gapsBetween, type Gap, type Reading } from "./compare-schemas.ts";
import { finding, type Finding } from "./finding.ts";
import {
  AS_READ_BEFORE,
  NEW_CALLER_READS,
  NEW_CALLER_SENDS,
  NEW_LISTENER_READS,
  OLD_CLIENT_READS,
  OLD_CLIENT_SENDS,
  OLD_LISTENER_READS,
  schemaFindings,
} from "./schema-findings.ts";
import { isCalled, type OperationSnapshot, type Snapshot } from "./snapshot.ts";

/** Holds what is promised now against what the last release promised, in every direction that a rollout needs. */
export function compareReleases(old: Snapshot, now: Snapshot): readonly Finding[] {
  const moved: Finding[] =
    old.edgePrefix === now.edgePrefix
      ? []
      : [
          finding("edge-moved", "the edge", "", {
            was: `is served under ${now.edgePrefix}, no longer under ${old.edgePrefix}`,
            seen: "every old client gets 404",
            instead: "Serve the old prefix too",
          }),
        ];
  return [
    ...moved,
    ...compareRefusals("every operation", { old: old.general, now: now.general }),
    ...Object.entries(old.operations).flatMap(([name, operation]) =>
      compareOperation(name, operation, now.operations[name], now.general),
    ),
    ...Object.entries(old.events).flatMap(([type, kind]) => compareEvent(type, kind, now.events[type])),
  ];
}

function compareOperation(
  name: string,
  old: OperationSnapshot,
  now: OperationSnapshot | undefined,
  general: Snapshot["general"],
): readonly Finding[] {
  if (now === undefined) {
    const told = { was: "is gone", seen: "an old client gets 404", instead: "Keep it beside the new one" };
    return [finding("operation-removed", name, "", told)];
  }
  return [
    ...compareAddress(name, old, now),
    ...compareKey(name, old, now),
    ...compareMore(name, old, now),
    ...newRefusals(name, old, now, general),
    ...compareRefusals(name, { old: old.refuses, now: now.refuses }),
    ...compareShapes(name, old, now),
  ];
}

function compareShapes(name: string, old: OperationSnapshot, now: OperationSnapshot): readonly Finding[] {
  const isAtEdge = old.access !== "service";
  const forward = { unknown: isAtEdge ? "refused" : "lost", absent: "ignored" } as const;
  const between: Reading = { unknown: "ignored", absent: "ignored" };
  const input = gapsBetween(old.input, now.input, forward);
  const output = gapsBetween(now.output, old.output, AS_READ_BEFORE);
  const told = { about: name, part: "the input" };
  const forwards = [
    ...schemaFindings(input, { ...OLD_CLIENT_SENDS, ...told, prefix: "input" }),
    ...schemaFindings(output, { ...OLD_CLIENT_READS, about: name, part: "the output", prefix: "output" }),
  ];
  if (!isCalled(old) && !isCalled(now)) return forwards;
  // The key is refused by the platform before the input is looked at, so it is told as part of it.
  const unkeyed: Gap[] =
    old.idempotencyKey === "required" && now.idempotencyKey !== "required"
      ? [{ kind: "required", at: "Idempotency-Key", detail: "nothing" }]
      : [];
  const sent = [...unkeyed, ...gapsBetween(now.input, old.input, between)];
  const answered = gapsBetween(old.output, now.output, between);
  return [
    ...forwards,
    ...schemaFindings(sent, { ...NEW_CALLER_SENDS, ...told, prefix: "new-caller" }),
    ...schemaFindings(answered, { ...NEW_CALLER_READS, about: name, part: "the output", prefix: "old-answer" }),
  ];
}

function compareEvent(
  type: string,
  old: Snapshot["events"][string],
  now: Snapshot["events"][string] | undefined,
): readonly Finding[] {
  if (now === undefined)
    return [
      finding("event-removed", type, "", {
        was: "is no longer published",
        seen: "old listeners wait for it in vain",
        instead: "Publish it beside the new version until the next release",
      }),
    ];
  const moved = finding("event-subject-changed", type, "", {
    was: `orders by ${now.subject}, no longer by ${old.subject}`,
    seen: "old and new events of one subject overtake each other",
    instead: "Publish a new version beside",
  });
  const kept = gapsBetween(old.data, now.data, { unknown: "ignored", absent: "ignored" });
  const fresh = gapsBetween(now.data, old.data, AS_READ_BEFORE);
  const told = { about: type, part: "the data" };
  return [
    ...(old.subject === now.subject ? [] : [moved]),
    ...schemaFindings(kept, { ...NEW_LISTENER_READS, ...told, prefix: "kept-event" }),
    ...schemaFindings(fresh, { ...OLD_LISTENER_READS, ...told, prefix: "new-event" }),
  ];
}
