import { eventType, type Envelope, type EventType } from "#kernel/event";
import type { Message } from "../bus.ts";
import type { Ctx } from "../ctx.ts";
import type { Faults } from "../faults.ts";
import type { Hearing } from "../service.ts";
import type { HearingWatch } from "../telemetry/hearing.ts";
import { newTraceparent } from "../telemetry/traceparent.ts";

export type HandleOptions = {
  readonly service: string;
  readonly hears: readonly Hearing[];
  /** `traceparent`: the trace context to work in. */
  contextFor(envelope: Envelope, traceparent: string): Ctx;
  /** Measures and traces every handler. */
  readonly watch?: HearingWatch;
  /** After this a handler counts as failed, though it may still run. 30,000 unless told. */
  readonly handlerTimeoutMs?: number;
  readonly faults?: Faults | undefined;
};

/** The handlers of a service, by event type. */
export type Handling = {
  readonly topics: readonly string[];
  readonly types: readonly EventType[];
  /** Runs the handler of the message's type; nothing happens when there is none. */
  handle(message: Message): Promise<void>;
};

/** Arranges handlers by type. A fault when one type has two: only one of them could be tried again alone. */
export function arrangeHandlers(options: HandleOptions): Handling {
  const { service, hears, handlerTimeoutMs = 30_000, faults, watch = unwatched } = options;
  const byType = new Map<EventType, Hearing>();
  for (const hearing of hears) {
    const type = eventType(hearing.kind);
    if (byType.has(type)) throw new Error(`${service} listens to ${type} twice; call both from one handler.`);
    byType.set(type, hearing);
  }
  return {
    topics: [...new Set(hears.map((hearing) => hearing.kind.service))],
    types: [...byType.keys()],
    handle: async (message) => {
      const hearing = byType.get(message.type);
      if (hearing === undefined) return;
      const envelope = JSON.parse(message.envelope) as Envelope;
      await watch(envelope, async (traceparent) => {
        const run = () => hearing.handle(envelope, options.contextFor(envelope, traceparent));
        const work = faults === undefined ? run() : faults.hear(service, message.type, run);
        await inTime(work, message, handlerTimeoutMs);
      });
    },
  };
}

const unwatched: HearingWatch = (envelope, run) => run(envelope.traceparent ?? newTraceparent());

async function inTime(work: Promise<void>, message: Message, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`The handler of ${message.type} did not end within ${timeoutMs} ms.`));
    timer = setTimeout(fail, timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
