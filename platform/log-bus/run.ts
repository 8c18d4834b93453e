import type { Message } from "../bus.ts";
import type { GroupPlace, LogRow } from "./store.ts";

/** Neighbouring rows of one partition: where they begin and end, and those of them that were asked for. */
export type LogRun = {
  readonly from: GroupPlace;
  readonly firstOffset: number;
  readonly until: number;
  /** Rows, with those that were not asked for. */
  readonly length: number;
  readonly messages: readonly Message[];
};

/** Splits rows, ordered by partition and offset, into one run per partition. */
export function runsOf(rows: readonly LogRow[]): readonly LogRun[] {
  const runs: LogRun[] = [];
  for (let begin = 0, end = 0; begin < rows.length; begin = end) {
    const from = rows[begin]!;
    const messages: Message[] = [];
    for (; end < rows.length && rows[end]!.topic === from.topic && rows[end]!.partition === from.partition; end++) {
      const { id, key, type, envelope } = rows[end]!;
      if (envelope !== null) messages.push({ id, key, type, envelope });
    }
    runs.push({ from, firstOffset: from.offset, until: rows[end - 1]!.offset + 1, length: end - begin, messages });
  }
  return runs;
}
