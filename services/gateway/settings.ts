import { createPrivateKey } from "node:crypto";
import { integerSetting, textSetting, type Setting } from "#platform/config";

export const signingKey: Setting<string> = {
  ...textSetting("TOKEN_SIGNING_KEY", {
    doc: "Private key (JWK, EC P-256) that signs tokens. Made at the first start when not set.",
    defaultValue: "",
    isSecret: true,
  }),
  accepts: "private key (JWK, EC P-256)",
  parse: (text) => {
    if (!isPrivateKey(text)) throw new Error("must be a private key (JWK, EC P-256)");
    return text;
  },
};

/** Tells no more than that: the parsers' own complaints would print a part of the secret. */
function isPrivateKey(text: string): boolean {
  try {
    const key = createPrivateKey({ key: JSON.parse(text) as never, format: "jwk" });
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  } catch {
    return false;
  }
}

export const guestTokenDays = integerSetting("GUEST_TOKEN_DAYS", {
  doc: "How long a guest's token is valid.",
  unit: "days",
  defaultValue: 90,
  minimum: 1,
});

export const staffTokenHours = integerSetting("STAFF_TOKEN_HOURS", {
  doc: "How long the staff token of the start banner is valid.",
  unit: "hours",
  defaultValue: 12,
  minimum: 1,
});

export const rateLimitPercent = integerSetting("GATEWAY_RATE_LIMIT_PERCENT", {
  doc: "The clients' request limits in per cent of the built-in ones; 0 switches them off.",
  unit: "per cent",
  defaultValue: 100,
});
