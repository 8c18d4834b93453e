import type { Input, Output } from "#kernel/contract";
import { badCursor, decodeCursor, encodeCursor } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import { notifications, refuse } from "./contract.ts";
import { listMessageRows, requeueMessage, type MessageSummaryRow } from "./store.ts";

export async function listMessages(
  input: Input<typeof notifications.listMessages>,
  ctx: Ctx,
): Promise<Output<typeof notifications.listMessages>> {
  const limit = input.limit ?? 20;
  const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, 1)?.[0];
  if (input.cursor !== undefined && !isUuid(before)) throw badCursor();
  const rows = await listMessageRows(ctx.db, {
    orderId: input.orderId,
    before: before as string | undefined,
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  return { items: items.map(summary), nextCursor: rows.length > limit ? encodeCursor([items.at(-1)!.id]) : null };
}

export async function resendMessage(
  input: Input<typeof notifications.resendMessage>,
  ctx: Ctx,
): Promise<Output<typeof notifications.resendMessage>> {
  const message = await requeueMessage(ctx.db, input.messageId, ctx.now);
  if (message === undefined) throw refuse.MESSAGE_NOT_FOUND({ messageId: input.messageId });
  ctx.wake("deliver");
  return summary(message);
}

function summary(message: MessageSummaryRow): Output<typeof notifications.resendMessage> {
  const { id, order_id, kind, subject, state, attempts, created_at } = message;
  return { messageId: id, orderId: order_id, kind, subject, state, attempts, createdAt: created_at.toISOString() };
}

function isUuid(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
