import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryValue } from "./arbitrary-value.ts";
import { compareReleases } from "./compare-releases.ts";
import { keyOf, RULES } from "./finding.ts";
import { judge } from "./judge.ts";
import { harmless, plantings, released, type Draft } from "./plantings.ts";
import { schemaChanges } from "./schema-changes.ts";
import type { Snapshot } from "./snapshot.ts";
import { complaintOf, failingExamples } from "./try-examples.ts";

const sampling = { runs: 60, seed: 7 };

function changed(change: (draft: Draft) => void): Snapshot {
  // By way of JSON: the parts that the release shares must not change together.
  const draft = JSON.parse(JSON.stringify(released)) as Draft;
  change(draft);
  return draft as unknown as Snapshot;
}

describe("the rules of compatibility", () => {
  it("each have a planted violation", () => {
    expect([...new Set(plantings.map(({ rule }) => rule))].toSorted()).toEqual([...RULES].toSorted());
  });

  it("find nothing when nothing changed", () => {
    expect(compareReleases(released, structuredClone(released))).toEqual([]);
    expect(failingExamples(released, structuredClone(released), sampling)).toEqual([]);
  });

  it.each(plantings.map((planting, index) => ({ ...planting, title: `${planting.rule} (${index + 1})` })))(
    "catch the planted violation of $title, in one sentence",
    ({ rule, change, isSeen = false }) => {
      const now = changed(change);
      const findings = compareReleases(released, now);
      expect([...new Set(findings.map((finding) => finding.rule))]).toEqual([rule]);
      for (const { sentence, about } of findings)
        expect(sentence).toMatch(new RegExp(`^${about}.*: .*\\. [A-Z].*\\.$`));
      expect(failingExamples(released, now, sampling).length > 0).toBe(isSeen);
    },
  );

  it.each(Object.entries(harmless))("let pass that %s", (_, change) => {
    const now = changed(change);
    expect(compareReleases(released, now)).toEqual([]);
    expect(failingExamples(released, now, sampling)).toEqual([]);
  });

  it("find every random change of a schema that an example finds", () => {
    const some = fc.record({ change: fc.nat(), place: fc.nat(), seed: fc.integer() });
    let seen = 0;
    const judged = fc.property(some, ({ change, place, seed }) => {
      const now = schemaChanges(released, { change, place });
      const examples = failingExamples(released, now, { runs: 30, seed });
      if (examples.length > 0) seen++;
      if (compareReleases(released, now).length === 0) expect(examples).toEqual([]);
    });
    fc.assert(judged, { numRuns: 300, seed: 20_261_125 });
    expect(seen).toBeGreaterThan(50);
  }, 60_000);
});

describe("the values that examples are made of", () => {
  it.each([
    { type: "string", format: "uuid", pattern: "^[0-9a-fA-F-]{36}$" },
    { type: "string", format: "date-time" },
    { type: "string", format: "date" },
    { type: "string", format: "email", maxLength: 254 },
    { type: "string", pattern: "^(?!__proto__$).{1,100}$" },
    { type: "integer", minimum: -3, maximum: 3 },
    { type: "number" },
    { type: "array", items: { type: "boolean" }, minItems: 2, maxItems: 40 },
    { type: "object", patternProperties: { "^[a-z]{2}$": { type: "null" } }, additionalProperties: false },
    { anyOf: [{ enum: ["a", "b"] }, { const: 3 }] },
    {},
  ])("keep their schema: %j", (schema) => {
    const complaint = complaintOf(schema, "strict");
    for (const value of fc.sample(arbitraryValue(schema), { numRuns: 200, seed: 1 }))
      expect(complaint(value)).toBe(undefined);
  });

  it("are not made of a keyword that nobody knows", () => {
    expect(() => arbitraryValue({ not: {}, type: "secret" })).toThrow("Cannot make a value");
    expect(() => arbitraryValue({ type: "string", format: "iri" })).toThrow("Cannot make a text");
  });
});

describe("the verdict", () => {
  const findings = compareReleases(
    released,
    changed((draft) => void delete draft.operations["stock.take"]),
  );
  const key = findings.map(keyOf)[0]!;

  it("lets through what was accepted with a reason, and shows it", () => {
    const accepted = { [key]: "No server of 0.1.0 runs any more." };
    const verdict = judge({ findings, examples: ["stock.take: input: no"], accepted });
    expect(verdict).toEqual({ open: [], problems: [], accepted: [expect.objectContaining({ reason: accepted[key] })] });
  });

  it("fails on an acceptance without a finding or a reason, and on an example that no rule foretold", () => {
    const verdict = judge({
      findings,
      examples: ["orders.place: input: no"],
      accepted: { [key]: "why not", gone: "It was there once, I think." },
    });
    expect(verdict.problems).toEqual([
      expect.stringContaining("An example fails"),
      expect.stringContaining('"gone"'),
      expect.stringContaining("no reason"),
    ]);
  });
});
