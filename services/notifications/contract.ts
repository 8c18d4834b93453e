import Type from "typebox";
import { defineContract } from "#kernel/contract";
import { IdOf } from "#kernel/id";
import { PageOf, PageRequest } from "#kernel/page";
import { defineRefusals } from "#kernel/refusal";

const Time = Type.String({ format: "date-time" });

const MessageSummary = Type.Object({
  messageId: IdOf("message"),
  orderId: IdOf("order"),
  kind: Type.Enum(["order_confirmed", "order_failed", "order_cancelled", "order_dispatched", "payment_refunded"]),
  subject: Type.String(),
  /** `captured`: kept in the inbox of the operators' port, because no mail server is set. */
  state: Type.Enum(["queued", "sent", "captured", "failed"]),
  attempts: Type.Integer(),
  createdAt: Time,
});

export const refuse = defineRefusals({
  MESSAGE_NOT_FOUND: {
    status: 404,
    title: "There is no such message.",
    advice: "Choose an id that the list of messages has.",
    data: Type.Object({ messageId: IdOf("message") }),
  },
});

const exampleId = "0199d0c0-0000-7000-8000-00000000000c";

/** What shoppers are told about their orders. */
export const notifications = defineContract("notifications", {
  listMessages: {
    method: "GET",
    path: "/messages",
    access: "staff",
    summary: "Messages to shoppers, newest first; of one order when asked",
    input: Type.Object({ ...PageRequest, orderId: Type.Optional(IdOf("order")) }),
    output: PageOf(MessageSummary),
    example: { input: { limit: 20 }, output: { items: [], nextCursor: null } },
  },
  resendMessage: {
    method: "POST",
    path: "/messages/:messageId/resend",
    access: "staff",
    summary: "Queue a message again, after a failure or when the shopper lost it",
    input: Type.Object({ messageId: IdOf("message") }),
    output: MessageSummary,
    refuses: [refuse.MESSAGE_NOT_FOUND],
    example: { input: { messageId: exampleId } },
  },
});
