import type { Entry } from "./journal.ts";

/** Everything that is known of a run when it is over: the databases of all services and the bus, read by SQL and not through the
 *  services' code, and what the clients remember. */
export type Evidence = {
  readonly orders: readonly Order[];
  readonly orderHistory: readonly OrderStep[];
  readonly keys: readonly IdempotencyKey[];
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly ledger: readonly LedgerLine[];
  readonly charges: readonly Charge[];
  readonly chargeRefunds: readonly ChargeRefund[];
  readonly items: readonly Item[];
  readonly stock: readonly Stock[];
  readonly movements: readonly Movement[];
  readonly reservations: readonly Reservation[];
  readonly shipments: readonly Shipment[];
  readonly shipmentHistory: readonly ShipmentStep[];
  readonly messages: readonly Message[];
  readonly carts: readonly Cart[];
  readonly events: readonly BusEvent[];
  readonly ends: readonly Place[];
  readonly positions: readonly (Place & { readonly group: string })[];
  readonly services: readonly ServiceEvidence[];
  /** Which service hears what, as its table of contents says. */
  readonly hears: readonly { readonly service: string; readonly types: readonly string[] }[];
  readonly journal: readonly Entry[];
  /** Goods on the shelves at the opening. */
  readonly opening: readonly Goods[];
  /** Orders that were on their way, without waiting for their shopper, when the time for that was over. */
  readonly unsettled: readonly { readonly orderId: string; readonly state: string }[];
};

export type Goods = { readonly sku: string; readonly quantity: number };
export type Allocation = Goods & { readonly warehouse: string };

export type Order = {
  readonly orderId: string;
  readonly number: number;
  readonly state: string;
  readonly paymentState: string;
  readonly fulfilmentState: string;
  readonly ownerId: string;
  readonly cartId: string;
  readonly lines: readonly Goods[];
  readonly totalMinor: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly reservationId: string;
  readonly paymentId: string;
  readonly shipmentId: string;
  readonly isEverConfirmed: boolean;
  readonly cancelledBy: string | null;
  readonly failure: string | null;
  readonly placedAt: Date;
};

export type OrderStep = {
  readonly orderId: string;
  readonly at: Date;
  readonly about: string;
  readonly from: string | null;
  readonly to: string;
  readonly note: string | null;
};

export type IdempotencyKey = { readonly principal: string; readonly key: string; readonly orderId: string | null };

export type Payment = {
  readonly paymentId: string;
  /** Null on a tombstone. */
  readonly orderId: string | null;
  readonly status: string;
  readonly amountMinor: number | null;
  readonly capturedMinor: number;
  readonly isAuthorised: boolean;
  readonly createdAt: Date;
};

export type Refund = {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly status: string;
  readonly createdAt: Date;
};

export type LedgerLine = {
  readonly paymentId: string;
  readonly posting: number;
  readonly line: number;
  readonly kind: string;
  readonly account: string;
  readonly amountMinor: number;
  readonly balanceMinor: number;
  readonly at: Date;
};

/** At the provider. */
export type Charge = {
  readonly key: string;
  readonly status: string;
  /** Null on a tombstone. */
  readonly amountMinor: number | null;
  readonly capturedMinor: number;
  readonly behaviour: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type ChargeRefund = {
  readonly refundKey: string;
  readonly chargeKey: string;
  readonly amountMinor: number;
  readonly status: string;
  readonly createdAt: Date;
};

export type Item = { readonly sku: string; readonly available: number; readonly version: number };
export type Stock = {
  readonly sku: string;
  readonly warehouse: string;
  readonly onHand: number;
  readonly allocated: number;
};

export type Movement = {
  readonly sku: string;
  readonly seq: number;
  readonly warehouse: string;
  readonly kind: string;
  readonly deltaOnHand: number;
  readonly deltaAllocated: number;
  readonly balanceOnHand: number;
  readonly balanceAllocated: number;
  readonly reference: string;
  readonly at: Date;
};

export type Reservation = {
  readonly reservationId: string;
  /** Null on a tombstone. */
  readonly orderId: string | null;
  readonly state: string;
  readonly allocations: readonly Allocation[];
  readonly open: readonly Allocation[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type Shipment = {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly reservationId: string;
  readonly state: string;
  readonly lines: readonly Allocation[];
};

export type ShipmentStep = {
  readonly shipmentId: string;
  readonly seq: number;
  readonly state: string;
  readonly at: Date;
};

export type Message = {
  readonly eventId: string;
  readonly orderId: string;
  readonly kind: string;
  readonly state: string;
  readonly at: Date;
};

export type Cart = { readonly ownerId: string; readonly cartId: string; readonly lines: readonly Goods[] };

export type Place = { readonly topic: string; readonly partition: number; readonly nextOffset: number };

export type BusEvent = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The log's own column; the envelope has the id, too. */
  readonly eventId: string;
  readonly key: string;
  readonly type: string;
  readonly id: string;
  readonly subject: string;
  readonly subjectVersion: number | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- facts of any event; each invariant knows those that it asks for
  readonly data: any;
  readonly at: Date;
};

export type ServiceEvidence = {
  readonly service: string;
  /** Events that did not reach the bus. */
  readonly outbox: readonly { readonly eventId: string; readonly type: string; readonly key: string }[];
  readonly heard: ReadonlySet<string>;
  readonly parked: readonly Stuck[];
  readonly deadLetters: readonly Stuck[];
};

export type Stuck = { readonly eventId: string; readonly type: string; readonly key: string; readonly error: string };
