import { createPublicKey, type KeyObject } from "node:crypto";
import {
  SignJWT,
  calculateJwkThumbprint,
  createLocalJWKSet,
  importJWK,
  jwtVerify,
  type JWK,
  type JWTVerifyGetKey,
} from "jose";
import { refuse } from "#kernel/refusal";
import { defineResource, type Actor } from "#platform/ctx";
import { signingKey } from "./settings.ts";

/** Who may be in a token. Issuing customers' tokens is the identity service's; everything here only asks this interface. */
export type TokenActor = Extract<Actor, { kind: "guest" | "customer" | "staff" }>;

export type Tokens = {
  /** A signed token (JWT, ES256) for `actor` until `expiresAt`. */
  issue(actor: TokenActor, expiresAt: Date): Promise<string>;
  /** Who is in the token. Refuses UNAUTHENTICATED when it is not ours, changed or expired. */
  verify(token: string, now: Date): Promise<TokenActor>;
  /** The public keys by which anybody checks our tokens (RFC 7517). */
  keySet(): Promise<{ keys: readonly JWK[] }>;
};

const ISSUER = "tradepost";
const ALGORITHM = "ES256";
const REMEMBERED = 20_000;

/** The tokens of this process. Verified ones are remembered, because a signature costs more than most reads. */
export const tokens = defineResource<Tokens>(({ setting }) => {
  const keys = loadKeys(setting(signingKey));
  const verified = new Map<string, { actor: TokenActor; expiresAtMs: number }>();
  return {
    async issue(actor, expiresAt) {
      const { privateKey, id } = await keys;
      return new SignJWT({ kind: actor.kind })
        .setProtectedHeader({ alg: ALGORITHM, kid: id })
        .setIssuer(ISSUER)
        .setSubject(actor.id)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(privateKey);
    },
    async verify(token, now) {
      const known = verified.get(token);
      if (known !== undefined && known.expiresAtMs > now.getTime()) return known.actor;
      const found = await check(token, (await keys).find, now);
      if (verified.size >= REMEMBERED) verified.delete(verified.keys().next().value!);
      verified.set(token, found);
      return found.actor;
    },
    keySet: async () => ({ keys: [(await keys).publicJwk] }),
  };
});

async function check(
  token: string,
  find: JWTVerifyGetKey,
  now: Date,
): Promise<{ actor: TokenActor; expiresAtMs: number }> {
  try {
    const { payload } = await jwtVerify(token, find, {
      issuer: ISSUER,
      algorithms: [ALGORITHM],
      currentDate: now,
      requiredClaims: ["sub", "exp"],
    });
    const kind = payload["kind"];
    if (kind !== "guest" && kind !== "customer" && kind !== "staff")
      throw new Error("The token names no kind of actor.");
    return { actor: { kind, id: payload.sub! }, expiresAtMs: payload.exp! * 1_000 };
  } catch (cause) {
    const refusal = refuse.UNAUTHENTICATED();
    refusal.cause = cause;
    throw refusal;
  }
}

type Keys = { privateKey: Awaited<ReturnType<typeof importJWK>>; publicJwk: JWK; id: string; find: JWTVerifyGetKey };

async function loadKeys(text: string): Promise<Keys> {
  if (text === "") throw new Error("Setting TOKEN_SIGNING_KEY: is not set.");
  const jwk = JSON.parse(text) as JWK;
  const key: KeyObject = createPublicKey({ key: jwk as never, format: "jwk" });
  const exported = key.export({ format: "jwk" }) as JWK;
  const id = await calculateJwkThumbprint(exported);
  const publicJwk: JWK = { ...exported, kid: id, alg: ALGORITHM, use: "sig" };
  return { privateKey: await importJWK(jwk, ALGORITHM), publicJwk, id, find: createLocalJWKSet({ keys: [publicJwk] }) };
}
