import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

/** A file of the bench as a process of its own, which is asked one thing at a time. */
export class BenchProcess {
  readonly #child: ChildProcess;

  constructor(file: string) {
    this.#child = fork(join(import.meta.dirname, file), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  }

  /** Throws what the process says is wrong, or when it ends. */
  async ask<Answer>(question: object): Promise<Answer> {
    const answer = new Promise<Answer & { readonly error?: string }>((resolve, reject) => {
      const fail = (code: number | null) => reject(new Error(`A process of the bench ended with ${code}.`));
      this.#child.once("exit", fail);
      this.#child.once("message", (message: Answer & { readonly error?: string }) => {
        this.#child.off("exit", fail);
        resolve(message);
      });
    });
    this.#child.send(question);
    const told = await answer;
    if (told.error !== undefined) throw new Error(told.error);
    return told;
  }

  end(): void {
    this.#child.kill();
  }
}
