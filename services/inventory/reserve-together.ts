import type { Input } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { brokenConstraint, type Database, type Tx } from "#platform/database";
import { changeStock } from "./change-stock.ts";
import type { inventory } from "./contract.ts";
import { StockReserved } from "./events.ts";
import { decideReservations, type Decision } from "./model/decide-reservations.ts";
import { entriesFor, type Entry } from "./model/post-entries.ts";
import { addedUp, type Allocation } from "./model/stock.ts";
import { answerAgain, answerOf, insufficient, type Outcome } from "./reservation-answer.ts";
import { findReservations, glanceAt, type Glance } from "./reservation-store.ts";
import { lockStock, type NewReservation } from "./store.ts";

export type Request = { readonly input: Input<typeof inventory.reserve>; readonly ctx: Ctx };

const LOCK_TIMEOUT_MS = 2_000;

/** Answers many reserve calls, in the order given, with one look and at most one transaction. Repeats and orders for goods
 *  that are sold out are answered by the look and lock nothing. Safe to repeat as a whole. */
export async function reserveTogether(db: Database, requests: readonly Request[]): Promise<readonly Outcome[]> {
  const firsts = new Map<string, Request>();
  for (const request of requests) {
    const id = idOf(request);
    if (!firsts.has(id)) firsts.set(id, request);
  }
  const outcomes = await answerAll(db, [...firsts.values()]);
  return requests.map((request) => outcomes.get(idOf(request))!);
}

async function answerAll(db: Database, requests: readonly Request[]): Promise<Map<string, Outcome>> {
  const ids = requests.map(idOf);
  for (let tries = 1; ; tries++) {
    const outcomes = answerAtAGlance(requests, await glanceAt(db, ids, skusOf(requests)));
    const open = requests.filter((request) => !outcomes.has(idOf(request)));
    if (open.length === 0) return outcomes;
    try {
      const held = await db.transaction((tx) => hold(tx, open), { lockTimeoutMs: LOCK_TIMEOUT_MS });
      return new Map([...outcomes, ...held]);
    } catch (error) {
      // Another replica wrote one of these ids in between, as a hold or as a tombstone: the next look finds it.
      if (tries === 3 || brokenConstraint(error) !== "reservation_pkey") throw error;
    }
  }
}

/** As PostgreSQL writes it back, whatever the case in which it came. */
function idOf({ input }: Request): string {
  return input.reservationId.toLowerCase();
}

function skusOf(requests: readonly Request[]): readonly string[] {
  return [...new Set(requests.flatMap(({ input }) => input.lines.map(({ sku }) => sku)))];
}

/** The answers that need no decision: ids that are known, and orders that even the whole stock could not fill. */
function answerAtAGlance(requests: readonly Request[], glance: Glance): Map<string, Outcome> {
  const known = new Map(glance.reservations.map((reservation) => [reservation.id, reservation]));
  const available = new Map(glance.available.map((item) => [item.sku, item.available]));
  const outcomes = new Map<string, Outcome>();
  for (const request of requests) {
    const reservation = known.get(idOf(request));
    if (reservation !== undefined) {
      outcomes.set(idOf(request), answerAgain(reservation, request.ctx.now));
      continue;
    }
    const needs = [...addedUp(request.input.lines)].map(([sku, requested]) => ({
      sku,
      requested,
      available: available.get(sku) ?? 0,
    }));
    const short = needs.filter((need) => need.available < need.requested);
    if (short.length > 0) outcomes.set(idOf(request), insufficient(short));
  }
  return outcomes;
}

async function hold(tx: Tx, requests: readonly Request[]): Promise<Map<string, Outcome>> {
  const stock = await lockStock(tx, skusOf(requests));
  const decisions = decideReservations(
    requests.map(({ input }) => input),
    stock.warehouses,
  );
  const outcomes = await answerShort(tx, requests, decisions);
  const holds = requests.flatMap((request, index) => {
    const decision = decisions[index]!;
    return decision.kind === "held" ? [{ request, hold: holdOf(request, decision.allocations) }] : [];
  });
  if (holds.length === 0) return outcomes;
  await changeStock(
    tx,
    requests[0]!.ctx,
    stock,
    holds.flatMap(({ hold }) => entriesOf(hold)),
    {
      reservations: holds.map(({ hold }) => hold),
      causeOf: (sku) => holds.find(({ hold }) => isFor(hold.allocations, sku))?.request.ctx,
    },
  );
  for (const { request, hold } of holds) {
    publishHold(tx, request, hold);
    outcomes.set(hold.id, answerOf(hold, "held"));
  }
  return outcomes;
}

/** A call that falls short may be the repeat of one that another replica has just granted: then it gets that answer. */
async function answerShort(
  tx: Tx,
  requests: readonly Request[],
  decisions: readonly Decision[],
): Promise<Map<string, Outcome>> {
  const short = requests.flatMap((request, index) => {
    const decision = decisions[index]!;
    return decision.kind === "short" ? [{ id: idOf(request), short: decision.short, now: request.ctx.now }] : [];
  });
  if (short.length === 0) return new Map();
  const found = await findReservations(
    tx,
    short.map(({ id }) => id),
  );
  const known = new Map(found.map((reservation) => [reservation.id, reservation]));
  return new Map(
    short.map(({ id, short, now }) => {
      const reservation = known.get(id);
      return [id, reservation === undefined ? insufficient(short) : answerAgain(reservation, now)];
    }),
  );
}

function holdOf(request: Request, allocations: readonly Allocation[]): NewReservation {
  const { input, ctx } = request;
  const { orderId, ttlSeconds = 600 } = input;
  const expiresAt = new Date(ctx.now.getTime() + ttlSeconds * 1_000);
  const { store, market, now: createdAt } = ctx;
  return { id: idOf(request), store, market, orderId, allocations, expiresAt, createdAt };
}

function entriesOf({ id, allocations }: NewReservation): readonly Entry[] {
  return entriesFor(allocations, { kind: "reserved", reference: id, onHand: 0, allocated: 1 });
}

function isFor(allocations: readonly Allocation[], wanted: string): boolean {
  return allocations.some(({ sku }) => sku === wanted);
}

function publishHold(tx: Tx, { input, ctx }: Request, { allocations, expiresAt }: NewReservation): void {
  const { reservationId, orderId } = input;
  const data = { reservationId, orderId, lines: [...allocations], expiresAt: expiresAt.toISOString() };
  ctx.publish(tx, StockReserved, data);
}
