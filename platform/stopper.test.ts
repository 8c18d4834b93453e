import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createServer } from "./http.ts";
import { createLog } from "./log.ts";
import { Stopper } from "./stopper.ts";

const log = createLog({ level: "error", write: () => {} });

async function slowServer() {
  const asked = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const server = createServer(log);
  server.get("/slow", async () => {
    asked.resolve();
    await finish.promise;
    return { isDone: true };
  });
  const origin = await server.listen({ port: 0, host: "127.0.0.1" });
  return { server, origin, asked: asked.promise, finish: finish.resolve };
}

test("a stop answers what is under way and takes no new connection; everybody who asks for it awaits its end", async () => {
  const { server, origin, asked, finish } = await slowServer();
  const stopper = new Stopper(undefined);
  stopper.servers = [server];
  stopper.drainMs = 3_600_000; // so that it ends by itself, though the client keeps its connection
  let told = 0;
  stopper.onStop = () => (told += 1);
  const answer = fetch(`${origin}/slow`).then((response) => response.json());
  await asked;
  expect(stopper.isStopping).toBe(false);
  let isStopped = false;
  const stops = [stopper.stop(), stopper.stop()].map((stop) => stop.then(() => (isStopped = true)));
  expect([stopper.isStopping, told]).toEqual([true, 1]);
  await expect
    .poll(() =>
      fetch(origin).then(
        () => "taken",
        () => "refused",
      ),
    )
    .toBe("refused");
  expect(isStopped).toBe(false);
  finish();
  expect(await answer).toEqual({ isDone: true });
  await Promise.all(stops);
  expect(told).toBe(1);
});

test("a stop gives up waiting for a request that never ends", async () => {
  const { server, origin, asked, finish } = await slowServer();
  const stopper = new Stopper(undefined);
  stopper.servers = [server];
  stopper.drainMs = 20;
  const answer = fetch(`${origin}/slow`);
  await asked;
  await stopper.stop();
  finish();
  await (await answer).text();
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s finishes the request under way, says so and ends with success",
  async (signal) => {
    const program = `
    import { createServer } from "./http.ts";
    import { createLog } from "./log.ts";
    import { Stopper } from "./stopper.ts";
    const server = createServer(createLog({ level: "error" }));
    const stopper = new Stopper(undefined);
    stopper.servers = [server];
    const stopping = new Promise((resolve) => (stopper.onStop = resolve));
    server.get("/slow", async () => {
      process.stdout.write("asked\\n");
      await stopping;
      return "done";
    });
    process.stdout.write(await server.listen({ port: 0, host: "127.0.0.1" }) + "\\n");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: import.meta.dirname });
    const exited = once(child, "exit");
    let said = "";
    child.stdout.on("data", (chunk) => (said += String(chunk)));
    let complaint = "";
    child.stderr.on("data", (chunk) => (complaint += String(chunk)));
    try {
      await expect.poll(() => `${said}${complaint}`, { timeout: 20_000 }).toContain("http://");
      const answer = fetch(`${said.trim()}/slow`).then((response) => response.text());
      await expect.poll(() => said, { timeout: 20_000 }).toContain("asked");
      child.kill(signal);
      expect(await answer).toBe("done");
      expect(await exited).toEqual([0, null]);
      expect(said).toContain(signal === "SIGINT" ? "Ctrl-C: finishing requests" : "SIGTERM: finishing requests");
      expect(said).toContain("Stopped.");
    } finally {
      child.kill("SIGKILL");
    }
  },
);
