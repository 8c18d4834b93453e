import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { refuse } from "#kernel/refusal";
import type { Runtime } from "../runtime.ts";

/** Lists, replays and discards events that were given up. A form of the desk leads back to it, anybody else gets JSON. */
export function mountDeadLetters(app: FastifyInstance, runtime: Runtime): void {
  const consumerOf = (request: FastifyRequest) => {
    const { service } = request.params as { service: string };
    const consumer = runtime.services.get(service)?.consumer;
    if (consumer === undefined) throw refuse.NOT_FOUND();
    return consumer;
  };
  const eventIdOf = (request: FastifyRequest) => (request.params as { eventId: string }).eventId;
  app.get("/dead-letters/:service", async (request) => ({ items: await consumerOf(request).deadLetters.list() }));
  app.post("/dead-letters/:service/:eventId/replay", async (request, reply) => {
    const isReplayed = await consumerOf(request).deadLetters.replay(eventIdOf(request));
    return answer(request, reply, { isReplayed });
  });
  app.post("/dead-letters/:service/:eventId/discard", async (request, reply) => {
    const isDiscarded = await consumerOf(request).deadLetters.discard(eventIdOf(request));
    return answer(request, reply, { isDiscarded });
  });
}

function answer(request: FastifyRequest, reply: FastifyReply, done: object): FastifyReply {
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  return isForm ? reply.redirect("/#dead-letters", 303) : reply.send(done);
}
