import type { Operation } from "#kernel/contract";
import { Refusal } from "#kernel/refusal";
import { Addresses } from "./client/addresses.ts";
import { ask, unavailable, type Asking, type Remote } from "./client/ask.ts";
import type { Nature } from "./client/breaker.ts";
import type { RawAnswer } from "./client/exchange.ts";
import { RetryBudget, isHarmless } from "./client/repeating.ts";
import { ADMITTED_HEADER, headersOf, targetOf } from "./client/wire.ts";
import type { CallContext } from "./ctx.ts";
import type { InternalIdentity } from "./internal-identity.ts";

/** Calls operations of one service that runs elsewhere. */
export type RemoteService = {
  /** The answer's value. Refusals come back as thrown there; OUTCOME_UNKNOWN, DEADLINE_EXCEEDED and anything else thrown mean that it
   *  may have happened. */
  call(operation: Operation, input: unknown, context: CallContext, how?: Manner): Promise<unknown>;
  /** The answer as it came, refusals too; throws only when there is none. */
  forward(operation: Operation, input: unknown, context: CallContext, how?: Manner): Promise<RawAnswer>;
  /** A page of its public port, as it came. */
  forwardPage(asked: PageRequest): Promise<RawAnswer>;
  /** How many of its addresses may be asked now, and how many are left alone for a while. */
  usage(): { readonly usable: number; readonly resting: number };
  close(): Promise<void>;
};

/** An aborted `signal` gives up; `onRetry` is told when a request is sent once more. */
export type Manner = { readonly signal?: AbortSignal | undefined; readonly onRetry?: (() => void) | undefined };

export type PageRequest = {
  readonly method: "GET" | "POST";
  /** Path and query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
};

const NATURE: Nature = { now: () => performance.now(), random: Math.random };
const PAGE_MS = 10_000;

/** A client of the service that answers at `urls`, each of which has all of it. What was certainly not sent is sent again, and
 *  what is lost too if a repeat is harmless. An address that fails is left alone for a while; with none left: 503 at once. */
export function remoteService(told: {
  readonly service: string;
  readonly urls: readonly string[];
  readonly identity: InternalIdentity;
  readonly nature?: Nature;
  /** A request is sent once more. */
  readonly onRetry?: () => void;
}): RemoteService {
  const { service, urls, identity, nature = NATURE, onRetry = () => {} } = told;
  const addresses = new Addresses(urls, nature);
  const remote: Remote = { service, addresses, budget: new RetryBudget(nature), nature, onRetry };
  const forward = async (operation: Operation, input: unknown, context: CallContext, how: Manner = {}) =>
    admitted(operation, await ask(remote, callOf(operation, input, { context, identity, how })));
  return {
    call: async (operation, input, context, how) => valueOf(operation, await forward(operation, input, context, how)),
    forward,
    forwardPage: ({ method, path, headers, body, signal }) =>
      ask(remote, {
        target: { method, path, body },
        isHarmless: method === "GET",
        deadlineAtMs: Date.now() + PAGE_MS,
        signal,
        headers: async () => headers,
      }),
    usage: () => remote.addresses.usage(),
    close: () => remote.addresses.close(),
  };
}

type Circumstances = {
  readonly context: CallContext;
  readonly identity: InternalIdentity;
  readonly how: Manner;
};

function callOf(operation: Operation, input: unknown, { context, identity, how }: Circumstances): Asking {
  return {
    target: targetOf(operation, input as Record<string, unknown>),
    isHarmless: isHarmless(operation, context),
    deadlineAtMs: context.deadlineAtMs,
    signal: how.signal,
    onRetry: how.onRetry,
    headers: () => headersOf(operation, context, identity),
  };
}

/** A 404 of who does not know us, or not the operation, must not look like a thing that is not there. */
function admitted({ service, name }: Operation, answer: RawAnswer): RawAnswer {
  if (answer.status !== 404 || answer.headers[ADMITTED_HEADER] !== undefined) return answer;
  const cause = new Error(`${service} does not take our proof of who asks, or has no operation ${name}`);
  throw unavailable(service, `${service} does not take this call.`, cause);
}

function valueOf({ service, name }: Operation, { status, bytes }: RawAnswer): unknown {
  const fault = (cause?: unknown) =>
    new Error(`${service}.${name}: the service answered ${status}; it may have happened`, { cause });
  const text = bytes.toString();
  let value: unknown;
  try {
    value = text === "" ? undefined : JSON.parse(text);
  } catch (cause) {
    throw fault(cause);
  }
  if (status < 400) return value;
  const problem = (value ?? {}) as { code?: string; title?: string; data?: unknown; errors?: unknown };
  if (problem.code === undefined || status === 500) throw fault();
  const data = problem.errors === undefined ? problem.data : { errors: problem.errors };
  throw new Refusal({ code: problem.code, status, title: problem.title ?? problem.code, data });
}
