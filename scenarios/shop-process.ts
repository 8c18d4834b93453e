import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** `node main.ts` as a user starts it. */
export type ShopProcess = {
  readonly url: string;
  /** Where the operators of a service look: here all look at one place. */
  readonly desk: (service: string) => string;
  /** Headers of the shop's staff; empty when no gateway runs in it. */
  readonly staff: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
  /** All that it wrote to its terminal so far. */
  printed(): string;
  /** Resolves when it is gone, for whatever reason. */
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
  /** Ends it by a signal; resolves when it is gone, with its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

type Start = {
  readonly settings?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  /** For node itself: `--import` a file that runs first. */
  readonly nodeArguments?: readonly string[];
};

/** Starts it on free ports with an empty shop and waits until it is ready; throws what it printed when it ends before. */
export async function startShopProcess(dataDir: string, options: Start = {}): Promise<ShopProcess> {
  const { child, ended, printed } = launch(dataDir, options);
  const ready = once(child, "message") as Promise<[{ port: number; operatorPort: number }]>;
  const [told] = await Promise.race([ready, ended.then(({ text }) => Promise.reject(new Error(text)))]);
  const operatorUrl = `http://127.0.0.1:${told.operatorPort}`;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await ended).code;
  };
  const url = `http://127.0.0.1:${told.port}`;
  return { url, desk: () => operatorUrl, staff: await staffHeaders(operatorUrl), child, end, printed, ended };
}

/** Starts it where it cannot start; resolves to its exit code and what it printed. */
export async function failToStart(
  dataDir: string,
  options: Start = {},
): Promise<{ code: number | null; text: string }> {
  return launch(dataDir, options).ended;
}

function launch(dataDir: string, options: Start) {
  const ours = {
    TRADEPOST_DATA_DIR: dataDir,
    PORT: "0",
    OPS_PORT: "0",
    TRADEPOST_DEMO: "off",
    GATEWAY_RATE_LIMIT_PERCENT: "0",
  };
  const env = { ...process.env, ...ours, ...options.settings };
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), "main.ts", ...(options.arguments ?? [])], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream!.setEncoding("utf8").on("data", (part: string) => (text += part));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, text }));
  return { child, ended, printed: () => text };
}

/** Headers of the staff of the shop whose operators look here; empty when no gateway runs there. */
export async function staffHeaders(operatorUrl: string): Promise<Record<string, string>> {
  const answer = await fetch(`${operatorUrl}/commands/gateway/staff-token`, { method: "POST" });
  if (answer.status === 404) return {};
  const { lines } = (await answer.json()) as { lines: string[] };
  return { authorization: `Bearer ${lines[0]}` };
}
