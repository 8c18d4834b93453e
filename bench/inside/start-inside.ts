import { join } from "node:path";
import { askChild, startChild } from "../child.ts";
import type { Sample } from "../sample.ts";
import type { AskedInside } from "./inside.ts";

export type StartedInside = {
  ask(asked: AskedInside): Promise<Sample>;
  stop(): Promise<void>;
};

/** A process that measures services from within: on a new data folder, or on that of a shop which does not run. */
export function startInside(dataDir?: string): StartedInside {
  const child = startChild(join(import.meta.dirname, "inside.ts"), dataDir === undefined ? [] : [dataDir]);
  return {
    ask: (asked) => askChild(child, asked),
    stop: async () => {
      try {
        await askChild(child, { asks: "stop" });
      } finally {
        child.kill();
      }
    },
  };
}
