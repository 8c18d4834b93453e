import type { FastifyInstance } from "fastify";
import type { Contract } from "#kernel/contract";
import type { InternalIdentity } from "./internal-identity.ts";
import { createPublicServer } from "./servers.ts";
import type { Service } from "./service.ts";
import { startTestShop, type TestShop } from "./testing.ts";
import { stock } from "./testing-transports.ts";

/** One process of a fleet, in this one. */
export type Process = {
  readonly shop: TestShop;
  readonly app: FastifyInstance;
  readonly url: string;
  stop(): Promise<void>;
};

/** Runs a service behind a port of its own. `urls`: where the others answer; `contracts`: of whom an edge leads to. */
export async function openProcess(
  service: Service<any>,
  identity: InternalIdentity,
  options: { readonly urls?: readonly string[]; readonly port?: number; readonly contracts?: readonly Contract[] } = {},
): Promise<Process> {
  const shop = await startTestShop({ services: [service], identity, remoteUrls: () => options.urls ?? [] });
  const app = serverOf(shop, [service], identity, options.contracts);
  const stop = async () => {
    await app.close();
    await shop.stop();
  };
  return { shop, app, url: await app.listen({ port: options.port ?? 0, host: "127.0.0.1" }), stop };
}

/** Its public server, not yet listening. */
export function serverOf(
  shop: TestShop,
  services: readonly Service<any>[],
  identity: InternalIdentity,
  contracts: readonly Contract[] = [stock],
): FastifyInstance {
  const health = { isReady: true, isDraining: false };
  const { runtime, log } = shop;
  return createPublicServer({ runtime, services, contracts, log, health, identity, servesInternally: true });
}
