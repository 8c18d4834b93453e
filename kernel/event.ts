import type { Static, TObject } from "typebox";

/** One kind of event: past tense, about one subject, published by one service. */
export type EventKind<Data extends TObject = TObject> = {
  /** The publishing service; also the bus topic. */
  readonly service: string;
  readonly name: string;
  /** Grows only with a breaking change, beside the old kind. */
  readonly version: number;
  /** The field of `data` that names the subject; events of one subject are heard in order. */
  readonly subject: string;
  readonly summary: string;
  readonly data: Data;
  /** What a field means, where the description in its schema does not say it: shown in docs/events.md. */
  readonly fields?: { readonly [Name in keyof Static<Data>]?: string };
};

/** `orders.OrderConfirmed.v1`: what an envelope carries as its type. */
export type EventType = string;

/** An event as it travels: CloudEvents 1.0 with Tradepost's extension attributes in lower case. */
export type Envelope<Data = unknown> = {
  readonly specversion: "1.0";
  /** UUIDv7, unique for ever; the deduplication key. */
  readonly id: string;
  readonly source: string;
  readonly type: EventType;
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** Version of the subject after the change, when its publisher keeps one. */
  readonly subjectversion?: number;
  readonly store: string;
  readonly market: string;
  readonly traceparent?: string;
  readonly data: Data;
};

export type DataOf<Kind> = Kind extends EventKind<infer Data> ? Static<Data> : never;
export type Event<Kind> = Envelope<DataOf<Kind>>;

/** Declares an event: `defineEvent({ service: "orders", name: "OrderConfirmed", version: 1, subject: "orderId", … })`. */
export function defineEvent<const Data extends TObject>(kind: EventKind<Data>): EventKind<Data> {
  return kind;
}

export function eventType(kind: EventKind<any>): EventType {
  return `${kind.service}.${kind.name}.v${kind.version}`;
}
