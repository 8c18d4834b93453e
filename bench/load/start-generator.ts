import { join } from "node:path";
import { askChild, startChild } from "../child.ts";
import type { Measured } from "./drive.ts";
import type { FlowName } from "./flows.ts";
import type { Asked } from "./generator.ts";

export type Generator = {
  /** Runs a flow; throws what went wrong there, an unexpected answer above all. One at a time. */
  run<Name extends FlowName>(asked: Asked<Name>): Promise<Measured>;
  stop(): void;
};

export function startGenerator(): Generator {
  const child = startChild(join(import.meta.dirname, "generator.ts"));
  return {
    run: async (asked) => (await askChild<{ measured: Measured }>(child, asked)).measured,
    stop: () => void child.kill(),
  };
}
