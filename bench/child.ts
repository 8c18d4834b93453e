import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** A process of the bench: it is talked to by messages, and what it prints goes to standard error. */
export function startChild(file: string, given: readonly string[] = []): ChildProcess {
  const child = fork(file, given, { stdio: ["ignore", process.stderr, "inherit", "ipc"] });
  child.once("exit", (code, signal) => {
    if (code !== 0 && signal !== "SIGTERM") child.emit("message", { fault: `${file} ended with ${code ?? signal}` });
  });
  return child;
}

/** Sends one message and waits for one answer. Throws when the answer is a fault. */
export async function askChild<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  child.send(message);
  const [told] = (await once(child, "message")) as [Answer | { readonly fault: string }];
  if (typeof told === "object" && told !== null && "fault" in told) throw new Error(told.fault);
  return told as Answer;
}
