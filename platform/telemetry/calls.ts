import type { Operation } from "#kernel/contract";
import type { CallContext } from "../ctx.ts";
import type { InvokeSignals } from "../runtime-context.ts";
import type { ActiveSpan, Spans } from "./spans.ts";

type Inside<Result> = (call: CallContext) => Promise<Result>;

/** Runs an operation that runs here in a span of its own. */
export function tracedOperation<Result>(
  spans: Spans,
  operation: Operation,
  { call, signals }: { readonly call: CallContext; readonly signals: InvokeSignals },
  run: Inside<Result>,
): Promise<Result> {
  const { service, name } = operation;
  const { store, market, caller, actor, requestId } = call;
  const span = spans.start({
    service,
    name: `${service}.${name}`,
    kind: signals.isRemote === true ? "SERVER" : "INTERNAL",
    parent: call.traceparent,
    attributes: {
      "tradepost.store": store,
      "tradepost.market": market,
      "tradepost.caller": caller,
      "tradepost.actor": actor.kind,
      "tradepost.request_id": requestId,
    },
  });
  return within(span, call, run);
}

/** Asks another process in a span of its own, which tells how often that took another try. */
export function tracedCall<Result>(
  spans: Spans,
  { service, name }: Operation,
  call: CallContext,
  ask: (call: CallContext, onRetry: () => void) => Promise<Result>,
): Promise<Result> {
  let attempts = 1;
  const span = spans.start({
    service: call.caller,
    name: `ask ${service}.${name}`,
    kind: "CLIENT",
    parent: call.traceparent,
    attributes: { "rpc.service": service, "rpc.method": name },
  });
  return within(span, call, (inside) => ask(inside, () => span.set({ "tradepost.attempts": ++attempts })));
}

async function within<Result>(span: ActiveSpan, call: CallContext, work: Inside<Result>): Promise<Result> {
  try {
    const result = await work({ ...call, traceparent: span.traceparent });
    span.end();
    return result;
  } catch (error) {
    span.endThrown(error);
    throw error;
  }
}
