import type { AnyService } from "#platform/service";
import { topology } from "../../topology.ts";

/** The services of every row of the topology, in its order. */
export async function readServices(): Promise<readonly AnyService[]> {
  const modules = topology.map(async ({ name }) => import(`../../services/${name}/service.ts`));
  return ((await Promise.all(modules)) as { service: AnyService }[]).map(({ service }) => service);
}
