import Type from "typebox";
import { defineEvent, type Envelope } from "#kernel/event";
import { messageOf } from "./bus.ts";
import { startConsumer, type Consumer, type ConsumerOptions } from "./consume.ts";
import type { Ctx } from "./ctx.ts";
import type { Database } from "./database.ts";
import type { LogBus } from "./log-bus.ts";
import { hear, type Hearing } from "./service.ts";
import { sql } from "./sql.ts";
import { eventAbout, openTestEvents, type TestEvents } from "./testing-events.ts";

export const OrderNoted = defineEvent({
  service: "orders",
  name: "OrderNoted",
  version: 1,
  subject: "orderId",
  summary: "Something happened to an order.",
  data: Type.Object({}),
});

/** A service `mail` that listens to `orders`, on a real bus and database; its clock can be moved. */
export class TestListener {
  readonly events: TestEvents;
  readonly bus: LogBus;
  readonly db: Database;
  /** Stopped at the end. */
  readonly started: { stop(): Promise<void> }[] = [];
  clockOffsetMs = 0;
  /** `subject:data` of every event noted. */
  readonly heard: string[] = [];

  constructor(events: TestEvents) {
    this.events = events;
    this.bus = events.openBus();
    this.db = events.db;
  }

  /** Starts a replica; `handle` notes events unless told. */
  start(options: Partial<ConsumerOptions> & { readonly handle?: (event: Envelope) => Promise<void> } = {}): Consumer {
    const { handle = async (event: Envelope) => this.note(event), ...rest } = options;
    const consumer = startConsumer({
      service: "mail",
      hears: [this.hearing(handle)],
      db: this.db,
      bus: this.bus,
      log: this.events.log,
      now: () => new Date(Date.now() + this.clockOffsetMs),
      replica: "one",
      contextFor: this.contextFor,
      retry: { firstMs: 10, longestMs: 100 },
      ...rest,
    });
    this.started.push(consumer);
    return consumer;
  }

  hearing(handle: (event: Envelope) => Promise<void>): Hearing {
    return hear(OrderNoted, handle);
  }

  /** As much of a context as these handlers use. */
  readonly contextFor = (): Ctx => ({ db: this.db }) as Ctx;

  note(event: Envelope): void {
    this.heard.push(`${event.subject}:${String(event.data)}`);
  }

  heardOf(subject: string): string[] {
    return this.heard.filter((text) => text.startsWith(`${subject}:`));
  }

  /** Appends one event per subject and number, in this order. */
  async publish(...facts: [subject: string, data: number][]): Promise<void> {
    const messages = facts.map(([subject, data]) => messageOf(eventAbout(subject, data)));
    await this.bus.append("orders", messages);
  }

  async countParked(): Promise<number> {
    return (await this.db.get(sql<{ count: number }>`select count(*) as count from parked_event`)).count;
  }

  /** Counted tries of the parked event in front; undefined when the subject is not parked. */
  async attemptsOf(key: string): Promise<number | undefined> {
    return (await this.db.find(sql<{ attempts: number }>`select attempts from parked_key where key = ${key}`))
      ?.attempts;
  }

  async close(): Promise<void> {
    await Promise.all(this.started.map((one) => one.stop()));
    await this.events.close();
  }
}

export async function openTestListener(): Promise<TestListener> {
  return new TestListener(await openTestEvents());
}
