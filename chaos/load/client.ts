import { setTimeout as pause } from "node:timers/promises";
import type { Entry, Journal } from "../journal.ts";

/** An answer off the wire. */
export type Answer = { readonly status: number; readonly body: Body };
// oxlint-disable-next-line typescript/no-explicit-any -- read off the wire as any client would; the invariants are the check
type Body = any;

export type Request = {
  readonly method: string;
  /** On the shop's address; a whole address is taken as it is. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** What the journal is told of a request. */
export type About = Pick<Entry, "shopper" | "act"> & Partial<Pick<Entry, "key" | "orderId" | "goods">>;

const ANSWER_LIMIT_MS = 16_000;
const PATIENCE_MS = 60_000;
const PAUSE_MS = { shortest: 40, longest: 500 };

/** A client of the shop's API that notes everything it asks and hears. */
export class Client {
  readonly #url: string;
  readonly #journal: Journal;

  constructor(url: string, journal: Journal) {
    this.#url = url;
    this.#journal = journal;
  }

  /** One try; undefined when no answer came. */
  async ask(about: About, request: Request): Promise<Answer | undefined> {
    const sentAtMs = Date.now();
    const answer = await this.#send(request).catch((error: unknown) => error as Error);
    const ended = { ...about, sentAtMs, endedAtMs: Date.now() };
    if (answer instanceof Error) {
      this.#journal.note({ ...ended, told: reasonOf(answer) });
      return undefined;
    }
    const orderId = answer.body?.orderId ?? about.orderId;
    const told = answer.body?.status ?? answer.body?.code ?? "";
    const isRefusal = answer.status >= 400;
    this.#journal.note({
      ...ended,
      ...(orderId === undefined ? {} : { orderId }),
      httpStatus: answer.status,
      told: String(isRefusal ? (answer.body?.code ?? answer.body?.title ?? "") : told),
    });
    return answer;
  }

  /** As a patient client: the same request until it is answered, over and over while the shop is away or busy with it. For
   *  requests that are safe to repeat. Undefined when a minute was not enough: the journal tells. */
  async insist(about: About, request: Request): Promise<Answer | undefined> {
    const endMs = Date.now() + PATIENCE_MS;
    for (let pauseMs = PAUSE_MS.shortest; Date.now() < endMs; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest)) {
      const answer = await this.ask(about, request);
      if (answer !== undefined && !isForLater(answer)) return answer;
      await pause(pauseMs);
    }
    this.#journal.note({ ...about, sentAtMs: endMs - PATIENCE_MS, endedAtMs: Date.now(), told: GAVE_UP });
    return undefined;
  }

  async #send({ method, path, headers, body }: Request): Promise<Answer> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }
}

/** What the journal says when a client's patience was at its end. */
export const GAVE_UP = "gave up";

/** 409 while the first request with the key is still answered; 5xx and 429 while the shop is away. */
function isForLater({ status, body }: Answer): boolean {
  return status >= 500 || status === 429 || (status === 409 && body?.code === "IDEMPOTENCY_IN_FLIGHT");
}

function reasonOf(error: Error): string {
  const cause = error.cause as { code?: string } | undefined;
  return cause?.code ?? error.name;
}
