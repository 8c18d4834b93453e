import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { paymentSimulator } from "#payment-simulator/contract";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { payments } from "./contract.ts";
import { claimProviderEvents, finishProviderEvent, insertProviderEvent } from "./provider-event-store.ts";
import { pay, startPayments, statusOf } from "./testing-payments.ts";
import { signWebhook } from "./webhook-signature.ts";

const secret = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;

let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService, { PAYMENTS_PROVIDER_EVENT_SECRET: secret });
}, 60_000);
afterAll(() => shop.stop());

/** Posts an event as a provider would. */
function post(body: string, change: { id?: string; signature?: string; provider?: string } = {}) {
  const id = change.id ?? newId("provider-event");
  const timestamp = String(Math.floor(shop.context("payments").now.getTime() / 1_000));
  const bytes = Buffer.from(body);
  const signature = change.signature ?? signWebhook({ id, timestamp, body: bytes }, secret);
  async function* stream() {
    yield bytes.subarray(0, 10);
    yield bytes.subarray(10);
  }
  const input = {
    provider: change.provider ?? "simulator",
    webhookId: id,
    webhookTimestamp: timestamp,
    webhookSignature: signature,
    body: stream(),
  };
  return shop.call(payments.receiveProviderEvent, input, { as: { kind: "anonymous" } });
}

async function outcomes() {
  return shop
    .context("payments")
    .db.rows(sql<{ event_id: string; outcome: string | null }>`select event_id, outcome from provider_event`);
}

describe("receiveProviderEvent", () => {
  it("stores a signed event once, and the job applies it", async () => {
    const { paymentId } = await pay(shop, "charges_without_answer");
    const { charge } = await shop.call(paymentSimulator.findCharge, { key: paymentId });
    const [id, body] = [newId("provider-event"), JSON.stringify({ data: { key: paymentId, charge } })];
    expect(await post(body, { id })).toEqual({ isNew: true });
    expect(await post(body, { id })).toEqual({ isNew: false });
    await shop.runJob("payments", "apply-provider-events");
    expect(await statusOf(shop, paymentId)).toBe("authorised");
    expect((await outcomes()).filter((one) => one.event_id === id)).toEqual([{ event_id: id, outcome: "applied" }]);
  });

  it("refuses what is not signed by the provider, and stores nothing of it", async () => {
    const before = (await outcomes()).length;
    const isRefused = expect.objectContaining({ code: "SIGNATURE_NOT_VALID", status: 401 });
    await expect(post("{}", { signature: "v1,AAAA" })).rejects.toEqual(isRefused);
    await expect(post("{}", { provider: "nobody" })).rejects.toEqual(isRefused);
    expect(await outcomes()).toHaveLength(before);
  });

  it("keeps what it cannot read or does not know, without trying for ever", async () => {
    const [unreadable, unknown] = [newId("provider-event"), newId("provider-event")];
    await post("not json", { id: unreadable });
    await post(JSON.stringify({ data: { key: newId("payment"), charge: { refunds: [] } } }), { id: unknown });
    await shop.runJob("payments", "apply-provider-events");
    const found = new Map((await outcomes()).map((one) => [one.event_id, one.outcome]));
    expect(found.get(unreadable)).toBe("unreadable");
    expect(found.get(unknown)).toBe("ignored");
  });

  it("refuses a body that is too large or no text", async () => {
    await expect(post("x".repeat(70_000))).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    await expect(post("zero \0 character")).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("refuses every event while no secret is set", async () => {
    const closed = await startPayments(simulatorService);
    try {
      const [timestamp, body] = [String(Math.floor(Date.now() / 1_000)), Buffer.from("{}")];
      const signature = signWebhook({ id: "event-1", timestamp, body }, secret);
      async function* stream() {
        yield body;
      }
      const input = {
        provider: "simulator",
        webhookId: "event-1",
        webhookTimestamp: timestamp,
        webhookSignature: signature,
        body: stream(),
      };
      await expect(closed.call(payments.receiveProviderEvent, input)).rejects.toMatchObject({
        code: "SIGNATURE_NOT_VALID",
      });
    } finally {
      await closed.stop();
    }
  });
});

it("a replica that comes too late says nothing of an event that another has taken over", async () => {
  const { db, now } = shop.context("payments");
  const [eventId, tomorrowMs] = [newId("provider-event"), now.getTime() + 86_400_000]; // nothing that the job takes today
  await insertProviderEvent(db, { provider: "simulator", eventId, body: "{}", now: new Date(tomorrowMs) });
  const claimAt = async (ms: number) =>
    (await claimProviderEvents(db, { now: new Date(ms), leaseMs: 60_000, limit: 1_000 })).find(
      (one) => one.eventId === eventId,
    )!;
  const outcome = async () => (await outcomes()).find((one) => one.event_id === eventId)!.outcome;
  const late = await claimAt(tomorrowMs);
  const heir = await claimAt(tomorrowMs + 60_000);
  await finishProviderEvent(db, late, "ignored");
  expect(await outcome()).toBeNull();
  await finishProviderEvent(db, heir, "applied");
  expect(await outcome()).toBe("applied");
});
