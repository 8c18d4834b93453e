import type { FastifyInstance } from "fastify";
import { refuse } from "#kernel/refusal";
import type { Faults } from "../faults.ts";
import type { AnyService } from "../service.ts";
import { checkNames, checkOrder } from "./order.ts";

/** The switchboard on the operators' port; mounted only where there is one, so elsewhere its paths are 404. */
export function mountFaultDesk(app: FastifyInstance, faults: Faults, services: readonly AnyService[]): void {
  app.get("/faults", async () => ({ items: faults.list(), seen: faults.seen() }));
  app.post("/faults", async (request, reply) => {
    const order = checkOrder(request.body);
    checkNames(order, services);
    const id = faults.set(order);
    return reply.code(201).send(faults.list().find((fault) => fault.id === id));
  });
  app.delete("/faults", async (_, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete("/faults/:id", async (request, reply) => {
    if (!faults.remove((request.params as { id: string }).id)) throw refuse.NOT_FOUND();
    return reply.code(204).send();
  });
}
