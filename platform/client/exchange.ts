import type { Dispatcher } from "undici";
import type { Target } from "./wire.ts";

/** What a request brought. `unsent`: certainly nothing of it left this process. `lost`: sent, and no whole answer came.
 *  `late`: out of time. `gone`: nobody waits for it any more. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: RawAnswer }
  | { readonly kind: "unsent" | "lost" | "late" | "gone"; readonly cause: unknown };

/** An answer as it came; whole. */
export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
};

export type Asked = Target & {
  readonly headers: Record<string, string>;
  readonly timeoutMs: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal | undefined;
};

/** One request and its whole answer. Never throws. The answer is kept until it is whole, so that one that breaks off in the middle
 *  never looks like a success. */
export function exchange(pool: Dispatcher, asked: Asked): Promise<Outcome> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: RawAnswer["headers"] = {};
    let isOver = false;
    const chunks: Buffer[] = [];
    const end = (outcome: Outcome) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      asked.signal?.removeEventListener("abort", leave);
      resolve(outcome);
    };
    const giveUp = (kind: "late" | "gone") => {
      const cause = new Error(kind === "late" ? "No answer in time." : "Nobody waits for the answer any more.");
      end({ kind, cause });
      controller?.abort(cause);
    };
    const leave = () => giveUp("gone");
    const timer = setTimeout(giveUp, asked.timeoutMs, "late");
    asked.signal?.addEventListener("abort", leave);
    const { path, method } = asked;
    const body = (asked.body ?? null) as string | null;
    // The timer above is the only one: theirs are coarse, and begin anew with every part.
    pool.dispatch(
      { path, method, headers: asked.headers, body, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(told) {
          // It waited for a connection until it was given up; thrown, it is not sent and the connection stays.
          if (isOver) throw new Error("Given up before it was sent.");
          controller = told;
        },
        onResponseStart(_, statusCode, told) {
          status = statusCode;
          headers = told;
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => end(answered({ status, headers, bytes: Buffer.concat(chunks) })),
        onResponseError: (_, cause) => end({ kind: controller === undefined ? "unsent" : "lost", cause }),
      },
    );
    if (asked.signal?.aborted === true) leave();
  });
}

/** What a proxy answers in the place of a service is no answer of it. */
function answered(answer: RawAnswer): Outcome {
  const isProblem = String(answer.headers["content-type"]).startsWith("application/problem+json");
  const isOfProxy = answer.status === 502 || (answer.status === 503 && !isProblem);
  if (!isOfProxy) return { kind: "answer", answer };
  return { kind: "lost", cause: new Error(`Something between us and the service answered ${answer.status}.`) };
}
