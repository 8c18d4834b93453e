import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { backendMessages, frontendMessages, type PgMessage } from "./testing-database-messages.ts";

/** One commit as it passes by: `statements` are all that was said since the last one, without spaces that mean nothing. */
export type Commit = { readonly statements: readonly string[] };

/** What happens to a commit that has taken effect and whose answer has arrived here. `hold`: the answer, and everything else of
 *  this proxy, stays here until `thaw`. */
export type Verdict = "tell" | "cut" | "hold";

/** A wire to a PostgreSQL that can fall silent, and be cut at the worst moment. */
export type DatabaseProxy = {
  /** The database's address through here. */
  readonly url: string;
  /** Asked for every commit that wrote something, also of a single statement. */
  onCommit: (commit: Commit) => Verdict;
  /** Asked before a statement goes to PostgreSQL that takes effect at once or commits others; `true` freezes everything before it. */
  onAsk: (commit: Commit) => boolean;
  /** Nothing passes any more, in either direction; nothing is closed. As when a process is stopped. */
  freeze(): void;
  /** What waited goes on. */
  thaw(): void;
  /** Cuts every connection. */
  cut(): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Opens a wire to the database at `url` on a port of its own. */
export async function openDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const proxy = new Proxy();
  await proxy.open(new URL(url));
  return proxy;
}

function ignoreError(): void {} // its close is heard

const WRITES = /^(?:COMMIT|(?:INSERT \d+|UPDATE|DELETE|SELECT) [1-9]\d*)$/;

class Proxy implements DatabaseProxy {
  url = "";
  onCommit: DatabaseProxy["onCommit"] = () => "tell";
  onAsk: DatabaseProxy["onAsk"] = () => false;
  readonly #server = createServer((client) => this.#serve(client));
  readonly #sockets = new Set<Socket>();
  #target = { host: "", port: 0 };
  #isFrozen = false;
  #waiting: (() => void)[] = [];

  async open(target: URL): Promise<void> {
    this.#target = { host: target.hostname, port: Number(target.port) };
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const through = new URL(target);
    through.search = ""; // not by its socket, which leads past us
    through.hostname = "127.0.0.1";
    through.port = String((this.#server.address() as AddressInfo).port);
    this.url = through.href;
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(client: Socket): void {
    const server = connect(this.#target);
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket.setNoDelay(true));
      socket.on("error", ignoreError).on("close", () => {
        this.#sockets.delete(socket);
        void this.#whenThawed().then(end);
      });
    }
    const talk = new Talk();
    void this.#pass(client, frontendMessages(), async (message) => {
      const asked = talk.hear(message);
      if (asked !== undefined && this.onAsk(asked)) this.freeze();
      await this.#whenThawed();
      server.write(message.bytes);
    });
    void this.#pass(server, backendMessages(), async (message) => {
      const commit = talk.answer(message);
      if (commit === "later") return;
      const verdict = commit.statements.length > 0 ? this.onCommit(commit) : "tell";
      if (verdict === "cut") return end();
      if (verdict === "hold") this.freeze();
      await this.#whenThawed();
      client.write(commit.bytes);
    });
  }

  async #pass(
    from: Socket,
    messages: (chunk: Buffer) => readonly PgMessage[],
    take: (message: PgMessage) => Promise<void>,
  ): Promise<void> {
    try {
      for await (const chunk of from) for (const message of messages(chunk as Buffer)) await take(message);
    } catch {
      // cut: both ends hear of it
    }
    await this.#whenThawed();
    from.destroy();
  }

  async #whenThawed(): Promise<void> {
    while (this.#isFrozen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** What is said on one connection, and what of it wrote something. */
class Talk {
  readonly #prepared = new Map<string, string>();
  #said: string[] = [];
  #held: Buffer[] = [];
  #hasWritten = false;

  /** What would be committed by the statement that this message asks for, if it is one that commits. */
  hear({ type, bytes }: PgMessage): Commit | undefined {
    if (type === "P") {
      const [name, text] = texts(bytes, 5, 2);
      this.#prepared.set(name!, squeezed(text!));
    }
    const statement = type === "Q" ? squeezed(texts(bytes, 5, 1)[0]!) : this.#bound(type, bytes);
    if (statement === undefined) return undefined;
    this.#said.push(statement);
    const isInside = this.#said[0]!.startsWith("begin") && statement !== "commit";
    return isInside ? undefined : { statements: [...this.#said] };
  }

  #bound(type: string, bytes: Buffer): string | undefined {
    if (type !== "B") return undefined;
    return this.#prepared.get(texts(bytes, 5, 2)[1]!);
  }

  /** The bytes to pass on now: those of an answer that may be a commit's only with its end. */
  answer({ type, bytes }: PgMessage): (Commit & { readonly bytes: Buffer }) | "later" {
    if (type === "C" && WRITES.test(texts(bytes, 5, 1)[0]!)) this.#hasWritten = true;
    if (this.#hasWritten && type !== "Z") {
      this.#held.push(bytes);
      return "later";
    }
    const all = Buffer.concat([...this.#held, bytes]);
    this.#held = [];
    if (type !== "Z") return { bytes: all, statements: [] };
    const isCommit = this.#hasWritten && bytes[5] === IDLE;
    this.#hasWritten = false;
    const statements = isCommit ? this.#said : [];
    if (bytes[5] === IDLE) this.#said = [];
    return { bytes: all, statements };
  }
}

const IDLE = "I".charCodeAt(0);

function texts(bytes: Buffer, from: number, count: number): string[] {
  const found: string[] = [];
  for (let at = from; found.length < count;) {
    const end = bytes.indexOf(0, at);
    found.push(bytes.toString("utf8", at, end));
    at = end + 1;
  }
  return found;
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
