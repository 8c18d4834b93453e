import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuse } from "#kernel/refusal";
import { auditMetrics } from "./audit/metrics.ts";
import { linesOf } from "./audit/run.ts";
import type { Audited } from "./bus.ts";
import { mountFaultDesk } from "./faults/desk.ts";
import { mountPages } from "./http.ts";
import { guardOperators } from "./operator-access.ts";
import { mountTraces } from "./operator-desk/traces.ts";
import type { Runtime } from "./runtime.ts";
import type { AnyService } from "./service.ts";

export type OperatorDesk = {
  readonly runtime: Runtime;
  readonly services: readonly AnyService[];
  /** Names that the port may be asked by, beside localhost and IP addresses. */
  readonly allowedHosts: readonly string[];
};

/** What operators have on their own port: an index, pages of services, commands, dead letters, metrics. */
export function mountOperatorDesk(app: FastifyInstance, desk: OperatorDesk): void {
  const { runtime, services, allowedHosts } = desk;
  app.addHook("onRequest", async (request) => guardOperators(request, allowedHosts));
  for (const service of services) {
    const pages = (service.pages ?? []).filter((page) => page.port === "operators");
    mountPages(app, pages, (request) => runtime.context(service.name, { requestId: request.id }));
    mountCommands(app, runtime, service);
  }
  mountJobs(app, runtime);
  mountTraces(app, runtime.telemetry.recent);
  mountBusAudit(app, runtime.bus.audited);
  mountDeadLetters(app, runtime);
  if (runtime.faults !== undefined) mountFaultDesk(app, runtime.faults, services);
  app.get("/metrics", async (_, reply) => reply.type("text/plain; version=0.0.4").send(await metrics(runtime)));
  app.get("/", async (_, reply) => {
    reply.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return reply.type("text/html; charset=utf-8").send(indexPage(services, runtime.bus.audited !== undefined));
  });
}

function mountCommands(app: FastifyInstance, runtime: Runtime, service: AnyService): void {
  for (const command of service.commands ?? []) {
    app.post(`/commands/${service.name}/${command.name}`, async (request) => {
      const told = (request.body ?? {}) as { args?: unknown };
      const args = Array.isArray(told.args) ? told.args.map(String) : [];
      return { lines: await command.run(runtime.context(service.name, { deadlineAtMs: Date.now() + 600_000 }), args) };
    });
  }
}

/** Runs a job now, due or not, after a run elsewhere has ended; answers when it has ended. */
function mountJobs(app: FastifyInstance, runtime: Runtime): void {
  app.post("/jobs/:service/:job", async (request, reply) => {
    const { service, job } = request.params as { service: string; job: string };
    const schedule = runtime.services.get(service)?.schedule;
    if (schedule === undefined || !schedule.names.includes(job)) throw refuse.NOT_FOUND();
    await schedule.runNow(job);
    return reply.code(204).send();
  });
}

/** The embedded bus belongs to no service: its command is asked for as if there were one named `bus`. */
function mountBusAudit(app: FastifyInstance, audited: Audited | undefined): void {
  if (audited === undefined) return;
  app.post("/commands/bus/audit", async (request) => {
    const { args } = (request.body ?? {}) as { args?: unknown };
    const isAll = Array.isArray(args) && args.includes("--all");
    return { lines: linesOf(await audited.audit(isAll ? "all" : "news")) };
  });
}

function mountDeadLetters(app: FastifyInstance, runtime: Runtime): void {
  const consumerOf = (request: FastifyRequest) => {
    const { service } = request.params as { service: string };
    const consumer = runtime.services.get(service)?.consumer;
    if (consumer === undefined) throw refuse.NOT_FOUND();
    return consumer;
  };
  const eventIdOf = (request: FastifyRequest) => (request.params as { eventId: string }).eventId;
  app.get("/dead-letters/:service", async (request) => ({ items: await consumerOf(request).deadLetters.list() }));
  app.post("/dead-letters/:service/:eventId/replay", async (request) => ({
    isReplayed: await consumerOf(request).deadLetters.replay(eventIdOf(request)),
  }));
  app.post("/dead-letters/:service/:eventId/discard", async (request) => ({
    isDiscarded: await consumerOf(request).deadLetters.discard(eventIdOf(request)),
  }));
}

async function metrics(runtime: Runtime): Promise<string> {
  const lines = [
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    "# TYPE process_uptime_seconds gauge",
    `process_uptime_seconds ${process.uptime().toFixed(1)}`,
    "# TYPE tradepost_database_connections gauge",
    "# TYPE tradepost_outbox_lag_ms gauge",
    "# TYPE tradepost_event_lag gauge",
  ];
  for (const [service, running] of runtime.services) {
    const { total, idle, waiting } = running.db.usage();
    lines.push(
      `tradepost_database_connections{service="${service}",state="busy"} ${total - idle}`,
      `tradepost_database_connections{service="${service}",state="waiting"} ${waiting}`,
    );
    if (running.relay !== undefined)
      lines.push(`tradepost_outbox_lag_ms{service="${service}"} ${await running.relay.lagMs()}`);
    if (running.consumer !== undefined)
      lines.push(`tradepost_event_lag{service="${service}"} ${await running.consumer.lag()}`);
  }
  const audited = [...runtime.services].filter(([, { service }]) => (service.audits ?? []).length > 0);
  const own = audited.map(([name, { db }]) => [name, db] as const);
  const bus = runtime.bus.audited;
  lines.push(...(await auditMetrics(bus === undefined ? own : [...own, ["bus", bus.db]])));
  return `${lines.join("\n")}\n`;
}

const BUS_AUDIT = `<li><code>npm run command bus audit</code> Looks for gaps in the log and for groups that stand still; --all looks at everything.</li>`;

function indexPage(services: readonly AnyService[], hasBusAudit: boolean): string {
  const pages = services.flatMap((service) =>
    (service.pages ?? []).filter(
      (page) => page.port === "operators" && page.method === "GET" && !page.path.includes(":"),
    ),
  );
  const links = [
    ...pages.map((page) => ({ path: page.path, summary: page.summary })),
    { path: "/health", summary: "Health of every service" },
    { path: "/metrics", summary: "Metrics for Prometheus" },
  ];
  const commands = services.flatMap((service) =>
    (service.commands ?? []).map(
      (command) => `<li><code>npm run command ${service.name} ${command.name}</code> ${command.summary}</li>`,
    ),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tradepost operators</title>
<style>body{font:16px/1.6 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}code{font-size:.9em}</style>
<h1>Operators’ desk</h1><ul>${links.map((link) => `<li><a href="${link.path}">${link.summary}</a></li>`).join("")}</ul>
<h2>Commands</h2><ul>${commands.join("")}${hasBusAudit ? BUS_AUDIT : ""}</ul></html>`;
}
