import { shown, type Table } from "./report.ts";
import { mainNumber, type Result, type RowResult } from "./result.ts";

export type Change = {
  readonly row: string;
  /** Ratios to the limit bear a comparison between machines; plain numbers do not. */
  readonly of: "ratio to the limit" | "number";
  readonly before: number;
  readonly now: number;
  /** now / before. */
  readonly change: number;
};

/** Rows that both results have, each by its ratio to its limit where there is one. */
export function compare(before: Result, now: Result): readonly Change[] {
  const earlier = new Map(before.rows.map((row) => [row.name, row]));
  return now.rows.flatMap((row) => {
    const other = earlier.get(row.name);
    return other === undefined ? [] : changeOf(other, row);
  });
}

function changeOf(before: RowResult, now: RowResult): readonly Change[] {
  const ratios = [before.numbers["ratio"], now.numbers["ratio"]] as const;
  const numbers = [mainNumber(before), mainNumber(now)] as const;
  const hasRatios = ratios.every((one) => one !== undefined);
  const [then, today] = hasRatios ? ratios : numbers;
  if (then === undefined || today === undefined || then === 0) return [];
  const of = hasRatios ? "ratio to the limit" : "number";
  return [{ row: now.name, of, before: then, now: today, change: today / then }];
}

export function comparisonTable(before: Result, now: Result): Table {
  const lines = compare(before, now).map((one) => [
    one.row,
    one.of,
    shown(one.before),
    shown(one.now),
    `${one.change.toFixed(2)} ×`,
  ]);
  return [["row", "compared by", `then (${before.commit})`, "now", "change"], ...lines];
}
