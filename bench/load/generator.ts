import { flows, type FlowData, type FlowName } from "./flows.ts";
import type { Load, Measured } from "./drive.ts";

/** The load generator: a process of its own, so that what it costs is not the shop's. Started by `start-generator.ts`. */
export type Asked<Name extends FlowName = FlowName> = {
  readonly flow: Name;
  readonly url: string;
  readonly data: FlowData[Name];
  readonly load: Load;
};
export type Told = { readonly measured: Measured } | { readonly fault: string };

process.on("message", (asked: Asked) => {
  void run(asked)
    .then((measured): Told => ({ measured }))
    .catch((error: unknown): Told => ({ fault: (error as Error).stack ?? String(error) }))
    .then((told) => process.send!(told));
});
process.once("disconnect", () => process.exit());

function run<Name extends FlowName>({ flow, url, data, load }: Asked<Name>): Promise<Measured> {
  return flows[flow](url, data, load);
}
