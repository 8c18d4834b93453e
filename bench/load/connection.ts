import { connect, type Socket } from "node:net";

/** An answer off the wire; `body` is only valid until the next request of the same connection. */
export type Answer = { readonly status: number; readonly body: Buffer };

type Waiting = { resolve(answer: Answer): void; reject(error: Error): void };

const HEAD_END = Buffer.from("\r\n\r\n");

/** One HTTP/1.1 connection that is kept open and carries one request at a time. It costs the machine a fraction of what a whole client
 *  does, so that what is measured is the server. Understands answers with Content-Length and those without a body. */
export class Connection {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("The server closed the connection.")));
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** Sends a whole request, made by `requestBytes`; throws when the connection ends before the answer has come. */
  ask(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd < 0) return void (this.#received = bytes);
    const head = bytes.toString("latin1", 0, headEnd).toLowerCase();
    const lengthAt = head.indexOf("\r\ncontent-length: ");
    const length = lengthAt < 0 ? 0 : Number.parseInt(head.slice(lengthAt + 18), 10);
    const end = headEnd + 4 + length;
    if (bytes.length < end) return void (this.#received = bytes);
    this.#received = bytes.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number.parseInt(head.slice(9, 12), 10), body: bytes.subarray(headEnd + 4, end) });
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

export type Request = {
  readonly method?: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** The text of a request. Bodies are JSON of ASCII characters only: their length is counted in characters. */
export function requestBytes({ method = "GET", path, headers = {}, body }: Request): string {
  const json = body === undefined ? "" : JSON.stringify(body);
  const about = body === undefined ? "" : `content-type: application/json\r\ncontent-length: ${json.length}\r\n`;
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${about}${told.join("")}\r\n${json}`;
}
