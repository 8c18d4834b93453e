import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Operation } from "#kernel/contract";
import { createServer, mountOperations } from "../http.ts";
import { createLog } from "../log.ts";
import { shop } from "../testing-http.ts";

const begun: string[] = [];
let app: FastifyInstance;
beforeAll(async () => {
  const log = createLog({ level: "error", write: () => {} });
  app = createServer(log);
  mountOperations(app, Object.values(shop) as Operation[], {
    pathOf: ({ path }) => `/internal${path}`,
    log,
    mode: "lenient",
    admit: async () => ({ deadlineAtMs: Date.now() + 10_000 }) as never,
    invoke: async (_, input) => {
      begun.push((input as { thing: string }).thing);
      return {};
    },
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => app.close());

/** Sends a request that changes something; `isPatient` waits for the answer. */
async function put(thing: string, { isPatient }: { isPatient: boolean }): Promise<void> {
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  const closed = once(socket, "close");
  await once(socket, "connect");
  const closing = isPatient ? "connection: close\r\n" : "";
  socket.write(`POST /internal/things/${thing} HTTP/1.1\r\nhost: shop\r\n${closing}content-length: 0\r\n\r\n`);
  if (!isPatient) socket.destroySoon();
  socket.resume();
  await closed;
}

test("a change is not begun for another service that has hung up: it may have been made elsewhere since", async () => {
  await put("late", { isPatient: false });
  await put("wanted", { isPatient: true });
  expect(begun).toEqual(["wanted"]);
});
