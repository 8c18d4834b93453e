import type { FastifyInstance } from "fastify";
import { refuse } from "#kernel/refusal";
import { linesOf } from "./audit/run.ts";
import type { Audited } from "./bus.ts";
import { mountFaultDesk } from "./faults/desk.ts";
import { mountPages } from "./http/pages.ts";
import { guardOperators } from "./operator-access.ts";
import { dashboard } from "./operator-desk/dashboard.ts";
import { mountDeadLetters } from "./operator-desk/dead-letters.ts";
import { html, type Html } from "./operator-desk/html.ts";
import { sendPage } from "./operator-desk/page.ts";
import { mountTraces } from "./operator-desk/traces.ts";
import type { Runtime } from "./runtime.ts";
import type { AnyService } from "./service.ts";
import { clockTime, counted } from "./operator-desk/units.ts";
import { scraper } from "./telemetry/scrape.ts";
import { surveyor } from "./telemetry/survey.ts";

export type OperatorDesk = {
  readonly runtime: Runtime;
  readonly services: readonly AnyService[];
  /** Names that the port may be asked by, beside localhost and IP addresses. */
  readonly allowedHosts: readonly string[];
};

/** What operators have on their own port: a dashboard, traces, pages of services, commands, dead letters, metrics. */
export function mountOperatorDesk(app: FastifyInstance, desk: OperatorDesk): void {
  const { runtime, services, allowedHosts } = desk;
  app.addHook("onRequest", async (request) => guardOperators(request, allowedHosts));
  for (const service of services) {
    const pages = (service.pages ?? []).filter((page) => page.port === "operators");
    mountPages(app, pages, { contextFor: ({ id }) => runtime.context(service.name, { requestId: id }) });
    mountCommands(app, runtime, service);
  }
  mountJobs(app, runtime);
  mountTraces(app, runtime.telemetry.recent);
  mountBusAudit(app, runtime.bus.audited);
  mountDeadLetters(app, runtime);
  if (runtime.faults !== undefined) mountFaultDesk(app, runtime.faults, services);
  const survey = surveyor(runtime);
  const scrape = scraper(runtime, survey);
  app.get("/metrics", async (_, reply) => reply.type("text/plain; version=0.0.4").send(await scrape()));
  app.get("/", async (_, reply) => {
    const hasBusAudit = runtime.bus.audited !== undefined;
    const body = html`<header>
        <h1>Operators’ desk</h1>
        <p>What this process does, as of ${clockTime(Date.now())} UTC. <a href="/">Look again</a></p>
      </header>
      ${await dashboard(runtime, survey)} ${linksSection(services)} ${commandsSection(services, hasBusAudit)}`;
    return sendPage(reply, "Desk", body);
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

const BUS_AUDIT = {
  service: "bus",
  name: "audit",
  summary: "Looks for gaps in the log and for groups that stand still; --all looks at everything.",
};

function linksSection(services: readonly AnyService[]): Html {
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
  return html`<h2>Pages</h2>
    <ul class="links">
      ${links.map((link) => html`<li><a href="${link.path}">${link.summary}</a></li>`)}
    </ul>`;
}

function commandsSection(services: readonly AnyService[], hasBusAudit: boolean): Html {
  const own = services.flatMap(({ name, commands = [] }) => commands.map((one) => ({ ...one, service: name })));
  const all = hasBusAudit ? [...own, BUS_AUDIT] : own;
  const line = ({ service, name, summary }: Pick<(typeof all)[number], "service" | "name" | "summary">) =>
    html`<li><code>npm run command ${service} ${name}</code> <span class="soft">${summary}</span></li>`;
  return html`<h2>Commands</h2>
    <details class="commands">
      <summary>${counted(all.length, "command")} to run by hand</summary>
      <ul>
        ${all.map(line)}
      </ul>
    </details>`;
}
