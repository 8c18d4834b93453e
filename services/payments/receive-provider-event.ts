import type { Input, Output } from "#kernel/contract";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { refuse, type payments } from "./contract.ts";
import { findProvider } from "./provider-choice.ts";
import { insertProviderEvent } from "./provider-event-store.ts";

const LARGEST_BYTES = 65_536;

/** Stores a signed event as it came, once per id. Applying it is the job's work, so that the provider never waits for us. */
export async function receiveProviderEvent(
  input: Input<typeof payments.receiveProviderEvent>,
  ctx: Ctx,
): Promise<Output<typeof payments.receiveProviderEvent>> {
  const provider = findProvider(input.provider);
  const body = await readAll(input.body);
  const event = { id: input.webhookId, timestamp: input.webhookTimestamp, signature: input.webhookSignature, body };
  if (provider === undefined || !provider.isGenuine(event, ctx)) throw refuse.SIGNATURE_NOT_VALID();
  const isNew = await insertProviderEvent(ctx.db, {
    provider: provider.name,
    eventId: input.webhookId,
    body: textOf(body),
    now: ctx.now,
  });
  if (isNew) ctx.wake("apply-provider-events");
  return { isNew };
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of chunks) {
    bytes += part.byteLength;
    if (bytes > LARGEST_BYTES) throw platformRefuse.PAYLOAD_TOO_LARGE();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The body as text; PostgreSQL keeps no zero characters. */
function textOf(body: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    if (!text.includes("\0")) return text;
  } catch {
    // told below
  }
  throw platformRefuse.INVALID_INPUT({ errors: [{ field: "(body)", message: "must be UTF-8 text" }] });
}
