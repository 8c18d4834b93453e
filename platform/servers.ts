import type { FastifyInstance } from "fastify";
import type { Contract, Operation } from "#kernel/contract";
import { refuse } from "#kernel/refusal";
import { mountApiDocs } from "./api-docs.ts";
import { ADMITTED_HEADER, internalPath, provenContext } from "./client/wire.ts";
import { mountHealth, type Health } from "./health.ts";
import { createServer, idempotencyKeyOf, mountOperations, safeRequestId } from "./http.ts";
import type { InternalIdentity } from "./internal-identity.ts";
import { SharedAnswers, type Sharing } from "./http/shared-answers.ts";
import type { Log } from "./log.ts";
import { mountOperatorDesk } from "./operator-desk.ts";
import type { Runtime } from "./runtime.ts";
import { openPublicPages } from "./public-pages.ts";
import type { AnyService, Edge } from "./service.ts";
import { StartupProblem } from "./startup-problem.ts";
import { readyMeter, watchRoute } from "./telemetry/exchange.ts";

export type ServerOptions = {
  readonly runtime: Runtime;
  readonly services: readonly AnyService[];
  /** Contracts of every row of the topology, run here or not: what the edge exposes. */
  readonly contracts: readonly Contract[];
  readonly log: Log;
  readonly health: Health;
  readonly identity: InternalIdentity;
  /** Other processes may call the services here. */
  readonly servesInternally: boolean;
  /** Names that the operators' port may be asked by, beside localhost and IP addresses; none unless told. */
  readonly operatorHosts?: readonly string[];
};

/** The public server: health, pages, the API when an edge runs here, internal operations when asked. Not yet listening. */
export function createPublicServer(options: ServerOptions): FastifyInstance {
  const { runtime, services, log } = options;
  const door = services.find(({ edge }) => edge !== undefined);
  const edge = door === undefined ? undefined : { service: door.name, root: rootOf(door.edge!) };
  const answers = new SharedAnswers({
    generationOf: (name) => (runtime.services.has(name) ? runtime.generationOf(name) : undefined),
    now: () => runtime.now(),
    requestIdOf: safeRequestId,
    operationsBelow: edge?.root,
  });
  const pages = openPublicPages({ ...options, answers, edge });
  const app = createServer(log, { shared: answers, fallback: pages.fallback });
  mountHealth(app, runtime, options.health);
  for (const service of services) {
    pages.mount(app, service);
    if (service.edge !== undefined) mountEdge(app, { ...options, answers }, service, service.edge);
    if (options.servesInternally) mountInternal(app, options, service);
  }
  pages.mountPassed(app);
  return app;
}

/** `/api/` of `/api/v1`: other versions, too, are the API's. */
function rootOf({ prefix }: Edge): string {
  return `/${prefix.split("/")[1]}/`;
}

/** Answers for everybody are kept where an edge tells what counts the requests for them. */
function sharingOf(runtime: Runtime, answers: SharedAnswers, service: AnyService): Sharing<Operation> | undefined {
  const { allowance: counting, prefix } = service.edge!;
  if (counting === undefined) return undefined;
  const allowance = runtime.context(service.name).resource(counting);
  return {
    answers,
    sourceOf: (operation) => ({
      kind: "operation",
      service: operation.service,
      count: (ip, nowMs) => allowance.take(operation, ip, new Date(nowMs)),
      onServed: readyMeter(runtime.telemetry, { method: operation.method, path: prefix + operation.path }),
    }),
  };
}

/** The operators' server: health, metrics, pages and commands of every service that runs here. Not yet listening. */
export function createOperatorServer(options: ServerOptions): FastifyInstance {
  const app = createServer(options.log);
  mountHealth(app, options.runtime, options.health);
  const { runtime, services, operatorHosts = [] } = options;
  mountOperatorDesk(app, { runtime, services, allowedHosts: operatorHosts });
  return app;
}

/** Opens a server's port; answers the number (another than asked only for 0). `setting` is what to change when the port is taken,
 *  `hostSetting` when the address is none of this machine. */
export async function listen(
  server: FastifyInstance,
  at: { setting: string; port: number; hostSetting: string; host: string },
): Promise<number> {
  const { port, host, setting, hostSetting } = at;
  await server.listen({ port, host }).catch((cause: NodeJS.ErrnoException) => {
    const notHere = `Setting ${hostSetting}: "${host}" is no address of this machine. Try 127.0.0.1, or 0.0.0.0 for all of them.`;
    const told: Record<string, string> = {
      EADDRINUSE: `Port ${port} is in use. Stop the other program, or set ${setting} to another port.`,
      EACCES: `This user may not listen on port ${port}. Set ${setting} to a port above 1023.`,
      EADDRNOTAVAIL: notHere,
      EAFNOSUPPORT: notHere,
      EAI_AGAIN: notHere,
      EINVAL: notHere,
      ENOTFOUND: notHere,
    };
    const sentence = told[cause.code ?? ""];
    throw sentence === undefined ? cause : new StartupProblem(sentence, { cause });
  });
  return (server.server.address() as { port: number }).port;
}

type EdgeOptions = ServerOptions & { readonly answers: SharedAnswers };

function mountEdge(app: FastifyInstance, options: EdgeOptions, service: AnyService, edge: Edge): void {
  const { runtime, log } = options;
  const all = options.contracts.flatMap((contract) => Object.values(contract) as Operation[]);
  const exposed = all.filter((operation) => operation.access !== "service");
  mountOperations(app, exposed, {
    pathOf: (operation) => edge.prefix + operation.path,
    log,
    mode: "strict",
    sharing: sharingOf(runtime, options.answers, service),
    watch: watchOf(runtime, service.name),
    admit: async (request, reply, operation) => {
      const { traceparent } = request.exchange!;
      const ctx = runtime.context(service.name, { requestId: request.id, actor: { kind: "anonymous" }, traceparent });
      const { headers, ...admission } = await edge.admit({ headers: request.headers, ip: request.ip }, operation, ctx);
      if (headers !== undefined) reply.headers(headers);
      request.exchange!.admitted({ id: request.id, ...admission });
      return {
        caller: service.name,
        ...admission,
        requestId: request.id,
        traceparent,
        deadlineAtMs: Date.now() + (operation.timeoutMs ?? 10_000),
        idempotencyKey: idempotencyKeyOf(request, operation),
      };
    },
    invoke: (operation, input, call, signals) => runtime.invoke(operation, input, call, signals),
    forwarder: (operation) =>
      runtime.services.has(operation.service)
        ? undefined
        : (input, call, signal) => runtime.forward(operation, input, call, signal),
  });
  mountApiDocs(app, exposed, edge.prefix);
}

function mountInternal(app: FastifyInstance, options: ServerOptions, service: AnyService): void {
  mountOperations(app, Object.values(service.contract) as Operation[], {
    pathOf: internalPath,
    log: options.log,
    mode: "lenient",
    admit: async (request, reply) => {
      const call = await provenContext(request.headers, options.identity, service.name);
      if (call === undefined) throw refuse.NOT_FOUND();
      reply.header(ADMITTED_HEADER, "yes");
      return call;
    },
    invoke: (operation, input, call, signals) =>
      options.runtime.invoke(operation, input, call, { ...signals, isRemote: true }),
  });
}

function watchOf({ telemetry }: Runtime, service: string) {
  return (method: string, path: string) => watchRoute(telemetry, service, { method, path });
}
