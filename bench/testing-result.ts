import type { Result, RowResult } from "./result.ts";

/** A result with these rows. */
export function resultWith(...rows: readonly (Partial<RowResult> & { readonly name: string })[]): Result {
  return {
    schema: 1,
    mode: "process",
    at: "2026-11-25T12:00:00.000Z",
    commit: "abc1234",
    isDirty: false,
    machine: { cpu: "a cpu", cores: 2, memoryGib: 24, node: "24.0.0", postgres: "18.0" },
    durability: { fsync: "on" },
    rounds: 3,
    seconds: 5,
    rows: rows.map((row) => ({ what: row.name, unit: "requests/s", numbers: {}, bars: [], ...row })),
  };
}
