import fc from "fast-check";
import type { TObject } from "typebox";
import { Refusal } from "#kernel/refusal";
import { inputCheck } from "#platform/check-input";
import { arbitraryValue } from "./arbitrary-value.ts";
import { isCalled, type OperationSnapshot, type Schema, type Snapshot } from "./snapshot.ts";

export type Sampling = { readonly runs: number; readonly seed: number };

/** Makes values as one release writes them and hands them to the other's own input check, in the directions that
 *  `compareReleases` judges. Answers what was refused, a line each; where the rules find nothing, this must find nothing. */
export function failingExamples(old: Snapshot, now: Snapshot, sampling: Sampling): readonly string[] {
  const operations = Object.entries(old.operations).flatMap(([name, before]) => {
    const after = now.operations[name];
    return after === undefined ? [] : failingExamplesOf(name, { old: before, now: after }, sampling);
  });
  const events = Object.entries(old.events).flatMap(([type, before]) => {
    const after = now.events[type];
    if (after === undefined) return [];
    return [
      ...refused(`${type}: a kept event`, { writer: before.data, reader: after.data, mode: "lenient" }, sampling),
      ...refused(`${type}: a new event`, { writer: after.data, reader: before.data, mode: "lenient" }, sampling),
    ];
  });
  return [...operations, ...events];
}

function failingExamplesOf(
  name: string,
  { old, now }: { readonly old: OperationSnapshot; readonly now: OperationSnapshot },
  sampling: Sampling,
): readonly string[] {
  const mode = old.access === "service" ? "lenient" : "strict";
  const forwards = [
    ...refused(`${name}: input of an old client`, { writer: old.input, reader: now.input, mode }, sampling),
    ...refused(
      `${name}: output for an old client`,
      { writer: now.output, reader: old.output, mode: "lenient" },
      sampling,
    ),
    ...Object.entries(old.refuses).flatMap(([code, { data }]) => {
      const writer = now.refuses[code]?.data;
      if (data === undefined || writer === undefined) return [];
      return refused(`${name}: data of ${code}`, { writer, reader: data, mode: "lenient" }, sampling);
    }),
  ];
  if (!isCalled(old) && !isCalled(now)) return forwards;
  return [
    ...forwards,
    ...refused(`${name}: input of a new caller`, { writer: now.input, reader: old.input, mode: "lenient" }, sampling),
    ...refused(
      `${name}: output of an old server`,
      { writer: old.output, reader: now.output, mode: "lenient" },
      sampling,
    ),
  ];
}

type Exchange = { readonly writer: Schema; readonly reader: Schema; readonly mode: "strict" | "lenient" };

function refused(told: string, { writer, reader, mode }: Exchange, { runs, seed }: Sampling): readonly string[] {
  const complaint = complaintOf(reader, mode);
  for (const value of fc.sample(arbitraryValue(writer), { numRuns: runs, seed })) {
    const found = complaint(value);
    if (found !== undefined) return [`${told}: ${found}`];
  }
  return [];
}

/** The platform's own check of any schema; tells the first fault, or nothing. */
export function complaintOf(schema: Schema, mode: Exchange["mode"]): (value: unknown) => string | undefined {
  const input = { type: "object", required: ["value"], properties: { value: schema } } as unknown as TObject;
  const { check } = inputCheck({ method: "POST", path: "/", summary: "", access: "service", input, output: input });
  return (value) => {
    try {
      check({ value }, mode);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return JSON.stringify(error.data);
      throw error;
    }
  };
}
