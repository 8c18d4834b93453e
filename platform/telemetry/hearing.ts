import type { Envelope } from "#kernel/event";
import type { Telemetry } from "../telemetry.ts";
import { isSampled, newTraceparent, readTraceparent, spanIdOf, traceparentFrom } from "./traceparent.ts";

/** Runs the handler of one event; `run` is told the trace context to work in. */
export type HearingWatch = (envelope: Envelope, run: (traceparent: string) => Promise<void>) => Promise<void>;

/** Measures what a service hears, and goes on with the trace of whoever published it. */
export function hearingWatch(
  { spans, metrics }: Pick<Telemetry, "spans" | "metrics">,
  service: string,
  verb: "hears" | "watches",
): HearingWatch {
  return async (envelope, run) => {
    const { type } = envelope;
    const trace = readTraceparent(envelope.traceparent);
    const parent = trace === undefined ? newTraceparent() : traceparentFrom(trace);
    const delayMs = Math.max(0, Date.now() - Date.parse(envelope.time));
    if (verb === "hears") metrics.eventDelays.of(service, type).record(delayMs / 1_000);
    const span = isSampled(parent)
      ? spans.start({
          service,
          name: `${verb} ${type}`,
          kind: "CONSUMER",
          parent,
          attributes: {
            "messaging.system": "tradepost",
            "messaging.operation.type": "process",
            "messaging.message.id": envelope.id,
            "tradepost.event_delay_ms": delayMs,
            "tradepost.publish_span": spanIdOf(parent),
          },
        })
      : undefined;
    try {
      await run(span?.traceparent ?? parent);
      span?.end();
      if (verb === "hears") metrics.events.add(service, type, "ok");
    } catch (error) {
      span?.endThrown(error);
      if (verb === "hears") metrics.events.add(service, type, "failed");
      throw error;
    }
  };
}
