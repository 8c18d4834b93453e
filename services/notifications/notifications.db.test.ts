import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { until } from "#platform/testing-events";
import { webRequest } from "#platform/testing-pages";
import type { TestShop } from "#platform/testing";
import { orders } from "#orders/contract";
import { OrderConfirmed } from "#orders/events";
import { shipping } from "#shipping/contract";
import { notifications } from "./contract.ts";
import { mailConfirmation } from "./mail-order-news.ts";
import { service } from "./service.ts";
import { claimMessagesToSend, noteDelivered, noteFailedDelivery, queueMessage } from "./store.ts";
import { buy, EMAIL, startMailServer, startShopWithMail } from "./testing-notifications.ts";

const MAIL = {
  kind: "order_confirmed",
  recipient: EMAIL,
  subject: "Thanks",
  html: "<p>Thanks</p>",
  plain: "Thanks",
} as const;

type Orders = Awaited<ReturnType<typeof buy>>;

async function messagesOf(shop: TestShop, { orderId }: Pick<Orders, "orderId">) {
  await shop.settle();
  await shop.runJob("notifications", "deliver");
  return (await shop.call(notifications.listMessages, { orderId })).items;
}

describe("without a mail server", () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await startShopWithMail();
  });
  afterAll(() => shop?.stop());

  const page = (path: string, messageId = "") =>
    service
      .pages!.find((one) => one.path === path)!
      .handle(webRequest({ parameters: { messageId } }), shop.context("notifications"));

  it("a purchase is told once, however often its event is heard", async () => {
    const bought = await buy(shop);
    const event = (await shop.heard(OrderConfirmed)).find((one) => one.subject === bought.orderId)!;
    for (const _time of [1, 2]) await mailConfirmation(event, shop.context("notifications"));
    const messages = await messagesOf(shop, bought);
    expect(messages.map(({ kind, state }) => [kind, state])).toEqual([["order_confirmed", "captured"]]);
  });

  it("a failure, a dispatch, a cancellation and a refund are told, each with its own mail", async () => {
    const failed = await buy(shop, "insufficient_funds");
    expect((await messagesOf(shop, failed)).map((one) => one.kind)).toEqual(["order_failed"]);
    const sent = await buy(shop);
    const [parcel] = (await shop.call(shipping.listShipments, { orderId: sent.orderId })).items;
    await shop.call(shipping.dispatchShipment, { shipmentId: parcel!.shipmentId });
    expect((await messagesOf(shop, sent)).map((one) => one.kind)).toEqual(["order_dispatched", "order_confirmed"]);
    const cancelled = await buy(shop);
    await shop.call(orders.cancelOrder, { orderId: cancelled.orderId }, { as: cancelled.as });
    const kinds = (await messagesOf(shop, cancelled)).map((one) => one.kind);
    expect(new Set(kinds)).toEqual(new Set(["order_confirmed", "order_cancelled", "payment_refunded"]));
  });

  it("the inbox shows a hostile name as text, and the mail in a frame that may run nothing", async () => {
    const bought = await buy(shop, "succeeds", "<img src=x onerror=alert(1)>");
    const [message] = await messagesOf(shop, bought);
    const [list, shown, html] = await Promise.all([
      page("/mail"),
      page("/mail/:messageId", message!.messageId),
      page("/mail/:messageId/html", message!.messageId),
    ]);
    expect(list.body).toContain(`href="/mail/${message!.messageId}"`);
    expect(shown.body).toContain(`<iframe title="The mail as HTML" sandbox src="/mail/${message!.messageId}/html">`);
    expect(shown.headers?.["content-security-policy"]).toMatch(/default-src 'none'.*frame-src 'self'/);
    expect(html.headers?.["content-security-policy"]).toMatch(/default-src 'none'.*sandbox/);
    for (const { body } of [list, shown, html]) expect(body).not.toContain("<img");
    expect(html.body).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  it("a replica whose try fails too late neither gives up a mail nor plans it while another one sends it", async () => {
    const { db, now } = shop.context("notifications");
    const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000); // nothing that the job takes by now
    const { id, ...mail } = { ...MAIL, id: newId("message"), order_id: newId("order"), eventId: newId("event") };
    await db.transaction((tx) => queueMessage(tx, { ...mail, id, created_at: at(24) }));
    const late = await claimMessagesToSend(db, { now: at(24), until: at(25), limit: 1_000 });
    const heirs = await claimMessagesToSend(db, { now: at(25), until: at(26), limit: 1_000 });
    for (const claimed of [late, heirs]) expect(claimed.map((one) => one.id)).toContain(id);
    for (const nextAttemptAt of [undefined, at(25)])
      expect(await noteFailedDelivery(db, id, { reason: "stopped", claimedUntil: at(25), nextAttemptAt })).toBe(0);
    expect(await noteDelivered(db, id, "sent", at(25))).toBe(1);
  });

  it("a mail that is not there is 404", async () => {
    for (const id of [newId("message"), "-".repeat(36), "../x", ""])
      for (const path of ["/mail/:messageId", "/mail/:messageId/html"]) expect((await page(path, id)).status).toBe(404);
  });

  it("messages are listed page by page, and sent again when the staff asks", async () => {
    const bought = await buy(shop);
    const [message] = await messagesOf(shop, bought);
    const first = await shop.call(notifications.listMessages, { limit: 1 });
    const second = await shop.call(notifications.listMessages, { limit: 1, cursor: first.nextCursor! });
    expect(first.items[0]!.messageId).not.toBe(second.items[0]!.messageId);
    const { messageId } = message!;
    expect(await shop.call(notifications.resendMessage, { messageId })).toMatchObject({ state: "queued", attempts: 0 });
    expect((await messagesOf(shop, bought))[0]).toMatchObject({ state: "captured", attempts: 1 });
    await expect(shop.call(notifications.resendMessage, { messageId: newId("message") })).rejects.toMatchObject({
      code: "MESSAGE_NOT_FOUND",
    });
    await expect(shop.call(notifications.listMessages, { cursor: "WyJ4Il0" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

describe("by a mail server", () => {
  let shop: TestShop;
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  beforeAll(async () => {
    mail = await startMailServer();
    shop = await startShopWithMail({ SMTP_URL: mail.url, MAIL_FROM: "Tea & Sons <tea@example.com>" });
  });
  afterAll(async () => {
    await shop?.stop();
    await mail.stop();
  });
  afterEach(() => mail.accept());

  const untilState = (bought: Orders, state: string, attempts: number) =>
    until(`the mail is ${state} after ${attempts} attempts`, async () => {
      const [message] = await messagesOf(shop, bought);
      return message?.state === state && message.attempts === attempts;
    });

  it("a mail goes out once, as HTML and as text", async () => {
    const bought = await buy(shop);
    await untilState(bought, "sent", 1);
    const { messageId } = (await messagesOf(shop, bought))[0]!;
    const sent = mail.received.filter((one) => one.includes(messageId));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(new RegExp(`^To: <?${EMAIL}>?\r?$`, "m"));
    expect(sent[0]).toContain(`Message-ID: <${messageId}@tradepost>`);
    expect(sent[0]).toMatch(/^From: .*<tea@example\.com>/m);
    for (const part of ["multipart/alternative", "text/plain", "text/html"]) expect(sent[0]).toContain(part);
  });

  it("one that the server cannot take now is tried again later, and its address stays out of the log", async () => {
    mail.refuseWith(451, `<${EMAIL}> greylisted`);
    const bought = await buy(shop);
    await untilState(bought, "queued", 1);
    shop.advanceClock(20_000);
    expect((await messagesOf(shop, bought))[0]).toMatchObject({ state: "queued", attempts: 1 });
    shop.advanceClock(11_000);
    await untilState(bought, "queued", 2);
    mail.accept();
    shop.advanceClock(121_000);
    await untilState(bought, "sent", 3);
    expect(shop.logged.join("\n")).not.toContain(EMAIL);
  });

  it("one that never goes through is given up after eight attempts, and can be sent again", async () => {
    mail.refuseWith(451, "not now");
    const bought = await buy(shop);
    await untilState(bought, "queued", 1);
    for (let attempt = 2; attempt <= 8; attempt++) {
      shop.advanceClock(6 * 3_600_000);
      await untilState(bought, attempt === 8 ? "failed" : "queued", attempt);
    }
    mail.accept();
    const [message] = await messagesOf(shop, bought);
    await shop.call(notifications.resendMessage, { messageId: message!.messageId });
    await untilState(bought, "sent", 1);
  });

  it("one to an address that does not exist is given up at once", async () => {
    mail.refuseWith(550, "no such user");
    await untilState(await buy(shop), "failed", 1);
  });
});
