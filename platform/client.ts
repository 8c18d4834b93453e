import { setTimeout as pause } from "node:timers/promises";
import type { Operation } from "#kernel/contract";
import { Refusal, refuse } from "#kernel/refusal";
import { Addresses, type Address } from "./client/addresses.ts";
import type { Nature } from "./client/breaker.ts";
import type { Outcome, RawAnswer } from "./client/exchange.ts";
import { RetryBudget, TRIES, isHarmless, pauseMs } from "./client/repeating.ts";
import { ADMITTED_HEADER, headersOf, targetOf } from "./client/wire.ts";
import type { CallContext } from "./ctx.ts";
import type { InternalIdentity } from "./internal-identity.ts";

/** Calls operations of one service that runs elsewhere. */
export type RemoteService = {
  /** The answer's value. Refusals come back as thrown there; anything else thrown means that it may have happened. */
  call(operation: Operation, input: unknown, context: CallContext): Promise<unknown>;
  /** The answer as it came, refusals too; throws only when there is none. An aborted `signal` gives up. */
  forward(operation: Operation, input: unknown, context: CallContext, signal?: AbortSignal): Promise<RawAnswer>;
  close(): Promise<void>;
};

const NATURE: Nature = { now: () => performance.now(), random: Math.random };

/** A client of the service that answers at `urls`, each of which has all of it. What was certainly not sent is sent again, and
 *  what is lost too if a repeat is harmless. An address that fails is left alone for a while; with none left: 503 at once. */
export function remoteService(told: {
  readonly urls: readonly string[];
  readonly identity: InternalIdentity;
  readonly nature?: Nature;
}): RemoteService {
  const { urls, identity, nature = NATURE } = told;
  const remote: Remote = { addresses: new Addresses(urls, nature), budget: new RetryBudget(nature), identity, nature };
  return {
    call: async (operation, input, context) => valueOf(operation, await ask(remote, { operation, input, context })),
    forward: (operation, input, context, signal) => ask(remote, { operation, input, context, signal }),
    close: () => remote.addresses.close(),
  };
}

type Remote = {
  readonly addresses: Addresses;
  readonly budget: RetryBudget;
  readonly identity: InternalIdentity;
  readonly nature: Nature;
};
type Call = {
  readonly operation: Operation;
  readonly input: unknown;
  readonly context: CallContext;
  readonly signal?: AbortSignal | undefined;
};

async function ask(remote: Remote, call: Call): Promise<RawAnswer> {
  const { operation, context } = call;
  const target = targetOf(operation, call.input as Record<string, unknown>);
  const tried = new Set<Address>();
  let wasSent = false;
  let last: Outcome | undefined;
  remote.budget.earn();
  for (let tries = 1; ; tries++) {
    const address = remote.addresses.next(tried);
    if (address === undefined) throw noAnswer(call, wasSent, causeOf(last));
    const headers = await headersOf(operation, context, remote.identity);
    const timeoutMs = Math.max(1, context.deadlineAtMs - Date.now());
    last = await address.ask({ ...target, headers, timeoutMs, signal: call.signal });
    wasSent ||= last.kind !== "unsent";
    if (last.kind === "late") throw tooLate(last.cause);
    if (last.kind === "gone") throw refuse.DEADLINE_EXCEEDED(); // there is nobody to tell
    if (last.kind === "answer" && last.answer.status !== 503) return admitted(operation, last.answer);
    tried.add(address);
    if (!(await mayRepeat(remote, call, { tries, outcome: last, tried }))) {
      if (last.kind === "answer") return last.answer;
      throw noAnswer(call, wasSent, last.cause);
    }
  }
}

type Failure = { readonly tries: number; readonly outcome: Outcome; readonly tried: ReadonlySet<Address> };

/** Claims, after the pause that it takes, that the call is to be sent once more. */
async function mayRepeat(remote: Remote, call: Call, { tries, outcome, tried }: Failure): Promise<boolean> {
  const { operation, context } = call;
  const isUnsent = outcome.kind === "unsent";
  if (tries >= TRIES || !(isUnsent || (isHarmless(operation, context) && operation.body !== "stream"))) return false;
  // An address that has not seen it: going there at once adds nothing to the load of the one that failed.
  if (isUnsent && remote.addresses.hasUntried(tried)) return true;
  if (!remote.budget.spend()) return false;
  const waitMs = pauseMs(tries, remote.nature);
  if (Date.now() + waitMs >= context.deadlineAtMs) return false;
  await pause(waitMs);
  return true;
}

function causeOf(outcome: Outcome | undefined): unknown {
  if (outcome === undefined) return new Error("Left alone for a while, after several failures.");
  return outcome.kind === "answer" ? new Error(`The last answer was ${outcome.answer.status}.`) : outcome.cause;
}

/** Nothing can have happened, or nothing that a repeat would make worse: 503. Anything else is unknown: a fault. */
function noAnswer({ operation, context }: Call, wasSent: boolean, cause: unknown): Error {
  const { service, name } = operation;
  if (wasSent && !isHarmless(operation, context))
    return new Error(`${service}.${name}: no answer; it may have happened`, { cause });
  return unavailable(service, `${service} does not answer.`, cause);
}

function unavailable(service: string, detail: string, cause: unknown): Refusal {
  const refusal = refuse.SERVICE_UNAVAILABLE({ service, detail });
  refusal.cause = cause;
  return refusal;
}

function tooLate(cause: unknown): Refusal {
  const refusal = refuse.DEADLINE_EXCEEDED();
  refusal.cause = cause;
  return refusal;
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
