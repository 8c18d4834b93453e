import type { FastifyInstance } from "fastify";
import type { Runtime } from "./runtime.ts";
import { sql } from "./sql.ts";
import { within } from "./within.ts";

/** What `/health` tells of one service. */
export type ServiceHealth = {
  readonly status: "ok" | "failing";
  readonly database: "ok" | "none" | string;
  readonly databaseMs?: number;
};

/** Claims about this process: `isDraining` turns readiness off before the stop. */
export type Health = { isReady: boolean; isDraining: boolean };

/** Serves /livez, /readyz, /healthz and /health. Liveness never asks a database; readiness does. */
export function mountHealth(app: FastifyInstance, runtime: Runtime, health: Health): void {
  const noStore = { "cache-control": "no-store" };
  app.get("/livez", async (_, reply) => reply.headers(noStore).type("text/plain").send("ok\n"));
  const ready = async () => (health.isReady && !health.isDraining ? examine(runtime) : undefined);
  for (const path of ["/readyz", "/healthz"]) {
    app.get(path, async (_, reply) => {
      const services = await ready();
      const isOk = services !== undefined && Object.values(services).every((one) => one.status === "ok");
      return reply
        .headers(noStore)
        .code(isOk ? 200 : 503)
        .type("text/plain")
        .send(isOk ? "ok\n" : "not ready\n");
    });
  }
  app.get("/health", async (_, reply) => {
    const services = await examine(runtime);
    const isOk = health.isReady && !health.isDraining && Object.values(services).every((one) => one.status === "ok");
    return reply
      .headers(noStore)
      .code(isOk ? 200 : 503)
      .send({
        status: isOk ? "ok" : health.isDraining ? "draining" : "failing",
        uptimeSeconds: Math.round(process.uptime()),
        services,
      });
  });
}

const PATIENCE_MS = 2_000;

async function examine(runtime: Runtime): Promise<Record<string, ServiceHealth>> {
  const entries = [...runtime.services].map(async ([name, { db }]): Promise<[string, ServiceHealth]> => {
    if (db.url === "") return [name, { status: "ok", database: "none" }];
    const startedMs = performance.now();
    const isUp = (await within(PATIENCE_MS, db.run(sql`select 1`))) !== undefined;
    return [
      name,
      isUp
        ? { status: "ok", database: "ok", databaseMs: Math.round((performance.now() - startedMs) * 10) / 10 }
        : { status: "failing", database: "does not answer" },
    ];
  });
  return Object.fromEntries(await Promise.all(entries));
}
