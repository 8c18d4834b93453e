import { setImmediate as turn } from "node:timers/promises";
import type { FastifyRequest } from "fastify";

/** Claims that whoever sent this request has closed the connection since. A process that was halted reads requests long after their
 *  callers gave up: what they would change then may have been done elsewhere, and be out of date. The end of a connection is
 *  read one turn of the loop after the request that lies before it. */
export async function hasHungUp({ raw: { socket } }: FastifyRequest): Promise<boolean> {
  await turn();
  await turn();
  return socket.destroyed || socket.readableEnded;
}
