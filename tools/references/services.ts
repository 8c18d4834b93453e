import type { AnyService } from "#platform/service";
import { loadService } from "../../load-service.ts";
import { topology } from "../../topology.ts";

/** The services of every row of the topology, in its order. */
export async function readServices(): Promise<readonly AnyService[]> {
  return Promise.all(topology.map(({ name }) => loadService(name)));
}
