import type { Input, Output } from "#kernel/contract";
import { badCursor, decodeCursor, encodeCursor } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import { refuse, type shipping } from "./contract.ts";
import { findShipment, findShipments, getAddress, withHistory, type ShipmentRow } from "./store.ts";

export async function getShipment(
  input: Input<typeof shipping.getShipment>,
  ctx: Ctx,
): Promise<Output<typeof shipping.getShipment>> {
  const row = await findShipment(ctx.db, ctx.store, input.shipmentId);
  if (row === undefined) throw refuse.SHIPMENT_NOT_FOUND({ shipmentId: input.shipmentId });
  const [shipment] = await withHistory(ctx.db, [row]);
  return { ...shipment!, address: await getAddress(ctx.db, row.shipmentId) };
}

export async function listShipments(
  input: Input<typeof shipping.listShipments>,
  ctx: Ctx,
): Promise<Output<typeof shipping.listShipments>> {
  const { orderId, state, limit = 20 } = input;
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor);
  const rows = await findShipments(ctx.db, { store: ctx.store, orderId, state, limit: limit + 1, after });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: await withHistory(ctx.db, page), nextCursor: last === undefined ? null : writeCursor(last) };
}

function writeCursor(last: ShipmentRow): string {
  return encodeCursor([last.createdAt.getTime(), last.shipmentId]);
}

/** The end of the year 9999: what comes after it is no time to PostgreSQL as JavaScript writes it. */
const LATEST_MS = 253_402_300_799_999;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readCursor(cursor: string): { createdAt: Date; shipmentId: string } {
  const [atMs, shipmentId] = decodeCursor(cursor, 2) ?? [];
  const isTime = Number.isInteger(atMs) && Number(atMs) >= 0 && Number(atMs) <= LATEST_MS;
  const isOurs = isTime && typeof shipmentId === "string" && UUID.test(shipmentId);
  if (!isOurs) throw badCursor();
  return { createdAt: new Date(Number(atMs)), shipmentId };
}
