import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

type Signed = { readonly id: string; readonly timestamp: string; readonly body: Uint8Array };

/** Signature of a webhook by Standard Webhooks: `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. */
export function signWebhook(signed: Signed, secret: string): string {
  return `v1,${macOf(signed, secret).toString("base64")}`;
}

/** Claims that one of the signatures (space-separated) fits and that the time is within 5 minutes of `now`. */
export function isSignedWebhook(signed: Signed & { readonly signature: string }, secret: string, now: Date): boolean {
  const ageSeconds = Math.abs(now.getTime() / 1_000 - Number(signed.timestamp));
  if (!(ageSeconds <= TOLERANCE_SECONDS)) return false;
  const wanted = macOf(signed, secret);
  return signed.signature.split(" ").some((part) => {
    const [version, text] = part.split(",");
    const given = Buffer.from(text ?? "", "base64");
    return version === "v1" && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

function macOf({ id, timestamp, body }: Signed, secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length < 16) throw new Error("The webhook secret must be whsec_ and at least 16 bytes of base64");
  return createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
}
