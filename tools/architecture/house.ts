import { fork } from "node:child_process";
import { join } from "node:path";
import type { Finding } from "./rule.ts";
import { rowFolders } from "./paths.ts";
import type { Tree } from "./tree.ts";

/** One service as it declares itself. Event types read `orders.OrderConfirmed.v1`. */
export type DeclaredService = {
  /** `services/orders` */
  readonly folder: string;
  readonly name: string;
  readonly calls: readonly string[];
  readonly publishes: readonly string[];
  /** Of `hears` and `watches`. */
  readonly hears: readonly string[];
  /** The contracts in its contract.ts, by the name of their export. */
  readonly contracts: ReadonlyMap<string, { readonly service: string; readonly operations: ReadonlySet<string> }>;
  /** Event types by the name of their export in events.ts. */
  readonly events: ReadonlyMap<string, string>;
  /** The codes of `refuse` in its contract.ts. */
  readonly refusals: readonly string[];
  /** What its operations list in `refuses`; a `stranger` is in no contract's `refuse`, nor in the kernel's. */
  readonly refusing: readonly {
    readonly operation: string;
    readonly code: string;
    readonly from: "own" | "other" | "stranger";
  }[];
  readonly settings: readonly DeclaredSetting[];
};

/** A setting by its name in the environment. `exported` is its name in settings.ts, `isListed` says that service.ts lists it. */
export type DeclaredSetting = {
  readonly name: string;
  readonly exported: string | undefined;
  readonly isListed: boolean;
};

/** All services and topology rows of a tree. `broken` tells what could not be imported. */
export type House = {
  readonly services: ReadonlyMap<string, DeclaredService>;
  /** Undefined when there is no topology.ts. */
  readonly rows: readonly string[] | undefined;
  /** The refusals that any operation may answer with. */
  readonly general: readonly string[];
  /** The refusals of the operators' port. */
  readonly operators: readonly string[];
  /** Settings of the process, by their key in `processSettings`. */
  readonly processSettings: readonly DeclaredSetting[];
  readonly broken: readonly Finding[];
};

/** Imports topology.ts and every service.ts of the tree in a process of its own, so that a service that prints, waits or
 *  exits on import cannot harm the check. */
export async function readHouse(tree: Tree): Promise<House> {
  const folders = rowFolders(tree).filter((folder) => tree.has(`${folder}/service.ts`));
  const reader = fork(join(import.meta.dirname, "house-reader.ts"), [tree.root, ...folders], {
    serialization: "advanced",
    silent: true,
    execArgv: [],
    timeout: 60_000,
  });
  const said: string[] = [];
  reader.stderr?.setEncoding("utf8").on("data", (text: string) => said.push(text));
  return new Promise((resolve, reject) => {
    reader.once("message", (house) => resolve(house as House));
    reader.once("error", reject);
    reader.once("close", (code) => reject(new Error(`Reading the services ended early (${code}). ${said.join("")}`)));
  });
}
