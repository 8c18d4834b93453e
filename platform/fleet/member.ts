import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { pause } from "../loop.ts";
import { StartupProblem } from "../startup-problem.ts";

/** One replica of one service, as it is to run. */
export type MemberPlan = {
  readonly service: string;
  /** 1, 2, 3 … */
  readonly replica: number;
  readonly port: number;
  readonly operatorPort: number;
  /** The whole environment of its process. */
  readonly environment: Readonly<Record<string, string>>;
};

export type MemberOptions = {
  readonly plan: MemberPlan;
  /** Arguments of Node: the entry file and what follows it. */
  readonly command: readonly string[];
  readonly folder: string;
  /** A line that it printed, or a remark of its supervisor. */
  onLine(line: string): void;
};

/** A process started sooner than this after the last start is put off, so that one that cannot live does not spin. */
const STEADY_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** A process that is started again whenever it ends by itself, however it ended. */
export class Member {
  readonly plan: MemberPlan;
  readonly name: string;
  readonly url: string;
  readonly operatorUrl: string;
  /** How often it was started again. */
  restarts = 0;
  readonly #options: MemberOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #ready = Promise.withResolvers<void>();
  #wasReady = false;
  #isStopping = false;
  #shortLives = 0;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.plan = options.plan;
    this.name = `${options.plan.service}#${options.plan.replica}`;
    this.url = `http://127.0.0.1:${options.plan.port}`;
    this.operatorUrl = `http://127.0.0.1:${options.plan.operatorPort}`;
    this.#ready.promise.catch(() => {});
  }

  get service(): string {
    return this.plan.service;
  }

  /** Of the process that runs now; undefined between two. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it; resolves when it serves. Rejects with what it printed when it ends before it ever did. */
  start(): Promise<void> {
    this.#launch();
    return this.#ready.promise;
  }

  /** Resolves when the process that runs now, or the next one, serves. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Sends a signal; one that ends the process makes its supervisor start another. False when none runs. */
  kill(signal: NodeJS.Signals): boolean {
    return this.#child?.kill(signal) ?? false;
  }

  /** Ends it for good: SIGTERM, and SIGKILL when it has not ended within `limitMs`. Safe to repeat. */
  async stop(limitMs: number): Promise<void> {
    this.#isStopping = true;
    this.#child?.kill("SIGTERM");
    this.#child?.kill("SIGCONT"); // one that was halted hears nothing else
    const lastResort = setTimeout(() => this.#child?.kill("SIGKILL"), limitMs);
    await this.#ended;
    clearTimeout(lastResort);
  }

  #launch(): void {
    const { plan, command, folder, onLine } = this.#options;
    const startedAtMs = performance.now();
    const child = spawn(process.execPath, command, {
      cwd: folder,
      env: plan.environment,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true, // the terminal's Ctrl-C is for the supervisor, which stops the fleet in order
    });
    this.#child = child;
    const firstLines: string[] = [];
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on("line", (line) => {
        if (!this.#wasReady) firstLines.push(line);
        if (line !== "") onLine(line);
      });
    child.on("message", () => {
      this.#wasReady = true;
      this.#ready.resolve();
    });
    this.#ended = once(child, "close").then(async ([code, signal]) => {
      this.#child = undefined;
      if (this.#isStopping) return;
      if (!this.#wasReady) {
        this.#ready.reject(new StartupProblem(`${this.name} could not start.\n${firstLines.join("\n").trim()}`));
        return;
      }
      this.#ready = Promise.withResolvers();
      this.#shortLives = performance.now() - startedAtMs < STEADY_MS ? this.#shortLives + 1 : 0;
      const waitMs = this.#shortLives === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#shortLives);
      onLine(`ended by ${signal ?? `exit code ${code}`}; starting it again`);
      await pause(waitMs);
      if (this.#isStopping) return;
      this.restarts += 1;
      this.#launch();
    });
  }
}
