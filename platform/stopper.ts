import type { FastifyInstance } from "fastify";
import type { PostgresServer } from "./postgres.ts";
import type { Runtime } from "./runtime.ts";

/** Stops everything in the right order, once: requests, services, PostgreSQL. */
export class Stopper {
  readonly postgres: PostgresServer | undefined;
  runtime: Runtime | undefined;
  servers: readonly FastifyInstance[] = [];
  drainMs = 10_000;
  #stopped: Promise<void> | undefined;
  onStop = () => {};

  constructor(postgres: PostgresServer | undefined) {
    this.postgres = postgres;
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void this.#onSignal(signal));
  }

  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Resolves when everything has stopped, whoever asked first. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stopAll());
  }

  async #stopAll(): Promise<void> {
    this.onStop();
    const drained = Promise.all(this.servers.map((server) => server.close()));
    await Promise.race([drained, new Promise((done) => setTimeout(done, this.drainMs).unref())]);
    await this.runtime?.stop();
    await this.postgres?.stop();
  }

  async #onSignal(signal: string): Promise<void> {
    if (this.isStopping) return;
    const then = this.postgres === undefined ? "" : ", then stopping PostgreSQL";
    process.stdout.write(`\n${signal === "SIGINT" ? "Ctrl-C" : signal}: finishing requests${then} …\n`);
    await this.stop();
    process.stdout.write("Stopped.\n");
    process.exit(0);
  }
}
