import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT, jwtVerify, type JWK, type JWTHeaderParameters } from "jose";
import type { Setting } from "./config.ts";
import { StartupProblem } from "./startup-problem.ts";

/** Proves between processes which service asks: each process signs with its own key, and knows which key may speak for whom. */
export type InternalIdentity = {
  /** A short-lived token by which `caller` asks `callee`. */
  prove(caller: string, callee: string): Promise<string>;
  /** The service that asks `callee` by this token; undefined when it proves nothing. */
  callerOf(token: string, callee: string): Promise<string | undefined>;
};

/** The private key of this process. */
export type InternalKey = { readonly kid: string; readonly privateKey: KeyObject };

/** A public key and the services that its owner may speak for; `*`: for all. */
export type TrustedKey = { readonly kid: string; readonly key: KeyObject; readonly services: ReadonlySet<string> };

const ALGORITHM = "EdDSA";
const EVERYONE = "*";
const LIFETIME_MS = 60_000;
/** How far the clocks of two machines may be apart. */
const LEEWAY_MS = 30_000;
const REMEMBERED = 10_000;
const LONGEST_TOKEN = 2_048;

/** The identity of a process that has `key`, trusts `trusted` (only itself, for everyone, unless told) and runs `services`. Throws
 *  a StartupProblem when it could not speak for one of them. */
export function openIdentity(told: {
  readonly key: InternalKey;
  readonly trusted?: readonly TrustedKey[] | undefined;
  readonly services?: readonly string[];
  readonly now?: () => number;
}): InternalIdentity {
  const { key, services = [], now = Date.now } = told;
  const ownKey = { kid: key.kid, key: createPublicKey(key.privateKey), services: new Set([EVERYONE]) };
  const trusted = new Map((told.trusted ?? [ownKey]).map((one) => [one.kid, one]));
  mustSpeakFor(services, trusted.get(key.kid));
  const made = new Map<string, { readonly token: Promise<string>; readonly renewAtMs: number }>();
  const known = new Map<string, Proof>();
  return {
    prove(caller, callee) {
      const name = `${caller} ${callee}`;
      const kept = made.get(name);
      if (kept !== undefined && kept.renewAtMs > now()) return kept.token;
      const token = sign(key, { caller, callee, nowMs: now() });
      made.set(name, { token, renewAtMs: now() + LIFETIME_MS / 2 });
      return token;
    },
    async callerOf(token, callee) {
      const nowMs = now();
      let proof = known.get(token);
      if (proof === undefined) {
        proof = await check(token, trusted, nowMs);
        if (proof === undefined) return undefined;
        if (known.size >= REMEMBERED) known.delete(known.keys().next().value!);
        known.set(token, proof);
      }
      return proof.callee === callee && proof.untilMs > nowMs ? proof.caller : undefined;
    },
  };
}

function mustSpeakFor(services: readonly string[], own: TrustedKey | undefined): void {
  const silent = services.filter((service) => own === undefined || !maySpeakFor(own, service));
  if (silent.length > 0)
    throw new StartupProblem(
      `Setting INTERNAL_TRUST: does not let this process's key (INTERNAL_KEY) speak for ${silent.join(", ")}.`,
    );
}

function maySpeakFor({ services }: TrustedKey, service: string): boolean {
  return services.has(EVERYONE) || services.has(service);
}

function sign(key: InternalKey, told: { caller: string; callee: string; nowMs: number }): Promise<string> {
  const atSeconds = Math.floor(told.nowMs / 1_000);
  return new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid })
    .setIssuer(told.caller)
    .setAudience(told.callee)
    .setIssuedAt(atSeconds)
    .setExpirationTime(atSeconds + LIFETIME_MS / 1_000)
    .sign(key.privateKey);
}

type Proof = { readonly caller: string; readonly callee: string; readonly untilMs: number };

/** What a token proves; undefined when it is forged, out of date, made for too long, or its key may not speak for its issuer. */
async function check(
  token: string,
  trusted: ReadonlyMap<string, TrustedKey>,
  nowMs: number,
): Promise<Proof | undefined> {
  if (token.length > LONGEST_TOKEN) return undefined;
  const find = ({ kid }: JWTHeaderParameters): KeyObject => {
    const one = trusted.get(kid ?? "");
    if (one === undefined) throw new Error("There is no such key.");
    return one.key;
  };
  const rules = {
    algorithms: [ALGORITHM],
    requiredClaims: ["iss", "aud", "iat", "exp"],
    currentDate: new Date(nowMs),
    clockTolerance: LEEWAY_MS / 1_000,
  };
  const verified = await jwtVerify(token, find, rules).catch(() => undefined);
  if (verified === undefined) return undefined;
  const { iss, aud, iat, exp } = verified.payload;
  const isShort = (exp! - iat!) * 1_000 <= LIFETIME_MS && iat! * 1_000 <= nowMs + LEEWAY_MS;
  if (!isShort || typeof aud !== "string" || !maySpeakFor(trusted.get(verified.protectedHeader.kid!)!, iss!))
    return undefined;
  return { caller: iss!, callee: aud, untilMs: exp! * 1_000 + LEEWAY_MS };
}

/** A new key as the text of INTERNAL_KEY, and its entry in the `keys` of INTERNAL_TRUST: it may speak for `services`. */
export function makeInternalKey(services: readonly string[]): {
  readonly key: string;
  readonly trusted: JWK & { readonly services: readonly string[] };
} {
  const pair = generateKeyPairSync("ed25519");
  const publicJwk = pair.publicKey.export({ format: "jwk" }) as JWK;
  const kid = thumbprint(publicJwk);
  const key = JSON.stringify({ ...pair.privateKey.export({ format: "jwk" }), kid });
  return { key, trusted: { ...publicJwk, kid, services } };
}

export const internalKey: Setting<InternalKey | undefined> = {
  name: "INTERNAL_KEY",
  doc: "Private key by which this process proves to others which service asks. Made at the first start when not set.",
  accepts: "private key (JWK, Ed25519)",
  isSecret: true,
  defaultValue: undefined,
  parse: (text) => {
    const key = parsed(text, parsePrivateKey);
    if (key === undefined) throw new Error("must be a private key (JWK, Ed25519)");
    return key;
  },
};

export const internalTrust: Setting<readonly TrustedKey[] | undefined> = {
  name: "INTERNAL_TRUST",
  doc: "Public keys of the processes that may call this one, each with `kid` and `services`: whom it may speak for, or `*`. Only the own key, for all, when not set.",
  accepts: 'JWKS: {"keys": [{…, "kid": "…", "services": ["orders"]}]}',
  defaultValue: undefined,
  parse: (text) => {
    const keys = parsed(text, parseTrust);
    if (keys === undefined)
      throw new Error("must be a JWKS of public keys (Ed25519), each with its own `kid` and a list of `services`");
    return keys;
  },
};

/** Tells no more than that something is wrong: the parsers' own complaints would print a part of a secret. */
function parsed<Value>(text: string, parse: (json: any) => Value | undefined): Value | undefined {
  try {
    return parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function parsePrivateKey(jwk: any): InternalKey | undefined {
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  if (privateKey.asymmetricKeyType !== "ed25519") return undefined;
  const { kid = thumbprint(createPublicKey(privateKey).export({ format: "jwk" }) as JWK) } = jwk as JWK;
  return { kid, privateKey };
}

function parseTrust(jwks: any): readonly TrustedKey[] | undefined {
  const keys = (jwks.keys as readonly any[]).map((jwk) => {
    const { kid, services, d } = jwk as Record<string, unknown>;
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const isList = Array.isArray(services) && services.every((name) => typeof name === "string");
    const isGood = key.asymmetricKeyType === "ed25519" && typeof kid === "string" && d === undefined && isList;
    return isGood ? { kid, key, services: new Set(services as string[]) } : undefined;
  });
  const good = keys.filter((key) => key !== undefined);
  const isWhole = good.length === keys.length && new Set(good.map((key) => key.kid)).size === keys.length;
  return isWhole && keys.length > 0 ? good : undefined;
}

/** RFC 7638. */
function thumbprint({ crv, kty, x }: JWK): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
}
