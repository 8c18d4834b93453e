import { describe, expect, it } from "vitest";
import { isSignedWebhook, signWebhook } from "./webhook-signature.ts";

// The worked example of the Standard Webhooks specification and its libraries.
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const event = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: "1614265330",
  body: Buffer.from('{"test": 2432232314}'),
};
const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const now = new Date(1_614_265_340_000);

describe("webhook signature", () => {
  it("is that of the Standard Webhooks specification", () => {
    expect(signWebhook(event, secret)).toBe(signature);
    expect(isSignedWebhook({ ...event, signature: `v1,AAAA v2,x ${signature}` }, secret, now)).toBe(true);
  });

  it.each([
    ["another body", { ...event, signature, body: Buffer.from('{"test": 2432232315}') }, now],
    ["another id", { ...event, signature, id: "msg_x" }, now],
    ["an old event", { ...event, signature }, new Date(1_614_266_000_000)],
    ["a time that is no number", { ...event, signature, timestamp: "soon" }, now],
    ["no signature", { ...event, signature: "" }, now],
    ["another version", { ...event, signature: signature.replace("v1", "v2") }, now],
  ])("refuses %s", (_, signed, at) => {
    expect(isSignedWebhook(signed, secret, at)).toBe(false);
  });
});
