import { generateKeyPairSync } from "node:crypto";
import { SignJWT, UnsecuredJWT, decodeJwt, importJWK, type JWK } from "jose";
import { describe, expect, test } from "vitest";
import { Settings } from "./config.ts";
import { internalKey, internalTrust, makeInternalKey, openIdentity } from "./internal-identity.ts";
import { StartupProblem } from "./startup-problem.ts";

const orders = makeInternalKey(["orders", "cart"]);
const payments = makeInternalKey(["payments"]);
const tools = makeInternalKey(["*"]);
const trusted = internalTrust.parse(trustText(orders.trusted, payments.trusted, tools.trusted))!;

function trustText(...keys: readonly object[]): string {
  return JSON.stringify({ keys });
}

/** A process at a time of its own, with one of the keys. */
function processWith(made: { key: string }, clock: { nowMs: number } = { nowMs: Date.now() }) {
  return openIdentity({ key: internalKey.parse(made.key)!, trusted, now: () => clock.nowMs });
}

async function tokenOf(made: { key: string }, claims: object, times: [issuedS: number, expiresS: number]) {
  const jwk = JSON.parse(made.key) as JWK;
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ iss: "orders", aud: "stock", iat: now + times[0], exp: now + times[1], ...claims })
    .setProtectedHeader({ alg: "EdDSA", kid: jwk.kid! })
    .sign(await importJWK(jwk, "EdDSA"));
}

describe("a token", () => {
  test("tells who asks, to whom it was made for, and to nobody else", async () => {
    const token = await processWith(orders).prove("orders", "payments");
    const callee = processWith(payments);
    expect(await callee.callerOf(token, "payments")).toBe("orders");
    expect(await callee.callerOf(token, "catalog")).toBeUndefined();
    expect(await callee.callerOf(token, "payments")).toBe("orders");
  });

  test("lives for a minute and is made again at half of it", async () => {
    const clock = { nowMs: Date.now() };
    const caller = processWith(orders, clock);
    const first = await caller.prove("orders", "payments");
    const { iat, exp } = decodeJwt(first);
    expect(exp! - iat!).toBe(60);
    clock.nowMs += 29_000;
    expect(await caller.prove("orders", "payments")).toBe(first);
    expect(await caller.prove("orders", "catalog")).not.toBe(first);
    expect(await caller.prove("cart", "payments")).not.toBe(first);
    clock.nowMs += 1_001;
    expect(await caller.prove("orders", "payments")).not.toBe(first);
  });

  test("is worth nothing once it is out of date, remembered or not", async () => {
    const clock = { nowMs: Date.now() };
    const token = await processWith(orders).prove("orders", "payments");
    const [sawIt, neverSawIt] = [processWith(payments, clock), processWith(payments, clock)];
    expect(await sawIt.callerOf(token, "payments")).toBe("orders");
    clock.nowMs += 91_000;
    for (const callee of [sawIt, neverSawIt]) expect(await callee.callerOf(token, "payments")).toBeUndefined();
  });

  test.each([-25_000, 25_000])("is taken where the clock is %i ms off", async (ms) => {
    const token = await processWith(orders).prove("orders", "payments");
    expect(await processWith(payments, { nowMs: Date.now() + ms }).callerOf(token, "payments")).toBe("orders");
  });

  test("is made in the name of anybody by a key that may speak for all", async () => {
    const token = await processWith(tools).prove("demo", "catalog");
    expect(await processWith(payments).callerOf(token, "catalog")).toBe("demo");
  });

  const stranger = makeInternalKey(["*"]);
  const claims = { iss: "orders", aud: "stock" };
  test.each<[string, () => Promise<string> | string]>([
    ["by a key nobody trusts", () => tokenOf(stranger, {}, [0, 60])],
    [
      "by a key nobody trusts under the name of one that is trusted",
      () => tokenOf({ key: JSON.stringify({ ...JSON.parse(stranger.key), kid: orders.trusted.kid }) }, {}, [0, 60]),
    ],
    ["by a key that may not speak for that caller", () => tokenOf(payments, {}, [0, 60])],
    ["in the name of everyone", () => tokenOf(orders, { iss: "*" }, [0, 60])],
    ["in nobody's name", () => tokenOf(orders, { iss: undefined }, [0, 60])],
    ["for nobody", () => tokenOf(orders, { aud: undefined }, [0, 60])],
    ["for several", () => tokenOf(orders, { aud: ["stock", "payments"] }, [0, 60])],
    ["that is out of date", () => tokenOf(orders, {}, [-120, -60])],
    ["that lives too long", () => tokenOf(orders, {}, [0, 3_600])],
    ["of another time", () => tokenOf(orders, {}, [3_600, 3_660])],
    ["without an end", () => tokenOf(orders, { exp: undefined }, [0, 60])],
    ["without a signature", () => new UnsecuredJWT(claims).setIssuedAt().setExpirationTime("1m").encode()],
    [
      "signed with the public key as a shared one",
      () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256", kid: orders.trusted.kid! })
          .setIssuedAt()
          .setExpirationTime("1m")
          .sign(Buffer.from(orders.trusted.x!, "base64url")),
    ],
    ["that is none", () => "a.b.c"],
    ["that is nothing", () => ""],
    ["that is endless", () => "a".repeat(100_000)],
  ])("%s proves nothing", async (_, make) => {
    expect(await processWith(payments).callerOf(await make(), "stock")).toBeUndefined();
  });

  test("that is good passes where those do not", async () => {
    expect(await processWith(payments).callerOf(await tokenOf(orders, {}, [0, 60]), "stock")).toBe("orders");
  });
});

describe("settings", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const publicPart = orders.trusted;
  test.each([
    "no JSON: s3cret",
    "null",
    "{}",
    JSON.stringify(publicPart),
    JSON.stringify(rsa.privateKey.export({ format: "jwk" })),
  ])("a private key that is none is told in a sentence and never printed (%#)", (text) => {
    const read = () => new Settings({ INTERNAL_KEY: text }).get(internalKey);
    expect(read).toThrow(StartupProblem);
    expect(read).toThrow(/^Setting INTERNAL_KEY: its value must be a private key \(JWK, Ed25519\)\.$/);
  });

  test.each([
    ["no JSON", "nonsense"],
    ["no list", "{}"],
    ["nobody", trustText()],
    ["a key without a name", trustText({ ...publicPart, kid: undefined })],
    ["a key that speaks for nobody in particular", trustText({ ...publicPart, services: undefined })],
    ["a key twice", trustText(publicPart, publicPart)],
    ["a private key", trustText({ ...JSON.parse(orders.key), services: ["orders"] })],
    ["a key of another kind", trustText({ ...rsa.publicKey.export({ format: "jwk" }), kid: "k", services: ["*"] })],
  ])("a trust list with %s is told in a sentence", (_, text) => {
    const read = () => new Settings({ INTERNAL_TRUST: text }).get(internalTrust);
    expect(read).toThrow(StartupProblem);
    expect(read).toThrow("must be a JWKS of public keys (Ed25519), each with its own `kid` and a list of `services`.");
  });

  test("a process whose key may not speak for what it runs does not start", () => {
    const open = (services: string[]) => openIdentity({ key: internalKey.parse(orders.key)!, trusted, services });
    expect(() => open(["orders", "cart"])).not.toThrow();
    expect(() => open(["orders", "payments", "catalog"])).toThrow(StartupProblem);
    expect(() => open(["orders", "payments", "catalog"])).toThrow("speak for payments, catalog.");
  });

  test("a process that is told no list trusts itself alone, for everyone", async () => {
    const alone = openIdentity({ key: internalKey.parse(orders.key)!, services: ["anything"] });
    expect(await alone.callerOf(await alone.prove("demo", "catalog"), "catalog")).toBe("demo");
    const other = await processWith(tools).prove("demo", "catalog");
    expect(await alone.callerOf(other, "catalog")).toBeUndefined();
  });
});
