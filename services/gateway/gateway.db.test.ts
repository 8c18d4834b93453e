import { generateKeyPairSync } from "node:crypto";
import { SignJWT, UnsecuredJWT, decodeProtectedHeader, importJWK, type JWK } from "jose";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { defineContract, type Access, type Operation } from "#kernel/contract";
import { newId } from "#kernel/id";
import { Settings } from "#platform/config";
import type { Ctx } from "#platform/ctx";
import { startTestShop, type TestShop } from "#platform/testing";
import { service as catalogService } from "../catalog/service.ts";
import { service as pricingService } from "../pricing/service.ts";
import { service as shippingService } from "../shipping/service.ts";
import Type from "typebox";
import { admit, bestLocale } from "./admit.ts";
import { gateway } from "./contract.ts";
import { issueStaffToken } from "./issue-tokens.ts";
import { rateLimiter } from "./limit-rate.ts";
import { service } from "./service.ts";
import { signingKey } from "./settings.ts";
import { tokens, type TokenActor } from "./tokens.ts";

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }) as JWK;
const key = newKey();

let shop: TestShop;
let ctx: Ctx;
beforeAll(async () => {
  shop = await startTestShop({
    services: [catalogService, shippingService, pricingService, service],
    settings: { TOKEN_SIGNING_KEY: JSON.stringify(key), GATEWAY_RATE_LIMIT_PERCENT: "10" },
  });
  ctx = shop.context("gateway");
});
afterAll(() => shop?.stop());

const inMs = (ms: number) => new Date(ctx.now.getTime() + ms);
const guest: TokenActor = { kind: "guest", id: "g-1" };
const issue = (actor: TokenActor, expiresAt = inMs(60_000)) => ctx.resource(tokens).issue(actor, expiresAt);
const bearer = async (actor: TokenActor) => ({ authorization: `Bearer ${await issue(actor)}` });
const refused = (code: string) => expect.objectContaining({ code });

describe("a token", () => {
  it("tells who it was issued to, until it expires", async () => {
    const token = await issue(guest);
    const { verify } = ctx.resource(tokens);
    expect(await verify(token, ctx.now)).toEqual(guest);
    expect(await verify(token, inMs(59_000))).toEqual(guest);
    await expect(verify(token, inMs(61_000))).rejects.toEqual(refused("UNAUTHENTICATED"));
  });

  it("of a new guest is admitted as that guest, a staff token as staff", async () => {
    const { token, guestId } = await shop.call(gateway.createGuestToken, {}, { as: { kind: "anonymous" } });
    expect(await ctx.resource(tokens).verify(token, ctx.now)).toEqual({ kind: "guest", id: guestId });
    expect((await ctx.resource(tokens).verify(await issueStaffToken(ctx), ctx.now)).kind).toBe("staff");
  });

  it("can be checked by anybody against the key set, which holds nothing secret", async () => {
    const { keys } = await ctx.resource(tokens).keySet();
    expect(keys.map(({ kid, alg, d }) => [kid, alg, d])).toEqual([
      [decodeProtectedHeader(await issue(guest)).kid, "ES256", undefined],
    ]);
  });

  it("is refused when it is forged in any way", async () => {
    const good = await issue(guest);
    const [header, , signature] = good.split(".");
    const payload = Buffer.from(JSON.stringify({ iss: "tradepost", sub: "owner", kind: "staff", exp: 9e9 })).toString(
      "base64url",
    );
    const { kid } = decodeProtectedHeader(good);
    const claims = (more: object = {}) =>
      new SignJWT({ kind: "staff", ...more }).setSubject("owner").setIssuer("tradepost");
    const sign = async (jwk: JWK, jwt: SignJWT) =>
      jwt
        .setProtectedHeader({ alg: "ES256", ...(kid === undefined ? {} : { kid }) })
        .sign(await importJWK(jwk, "ES256"));
    const publicText = new TextEncoder().encode(JSON.stringify((await ctx.resource(tokens).keySet()).keys[0]));
    const forged = [
      `${header}.${payload}.${signature}`,
      new UnsecuredJWT({ kind: "staff" }).setSubject("owner").setIssuer("tradepost").setExpirationTime("1h").encode(),
      await claims().setExpirationTime("1h").setProtectedHeader({ alg: "HS256" }).sign(publicText),
      await sign(newKey(), claims().setExpirationTime("1h")),
      await sign(key, claims()),
      await sign(key, claims().setIssuer("somebody-else").setExpirationTime("1h")),
      await sign(key, claims({ kind: "service" }).setExpirationTime("1h")),
      "a.b.c",
    ];
    for (const token of forged)
      await expect(ctx.resource(tokens).verify(token, ctx.now)).rejects.toEqual(refused("UNAUTHENTICATED"));
  });
});

/** An operation with this access; each call has an allowance of its own unless told. */
function operation(access: Access, path = `/${newId("request")}`): Operation {
  const nothing = { method: "GET", summary: "Nothing", input: Type.Object({}), output: Type.Object({}) } as const;
  return defineContract("test", { nothing: { ...nothing, access, path } }).nothing;
}

describe("who may call what", () => {
  const YES = "admitted";
  const [NOT_KNOWN, NO] = ["UNAUTHENTICATED", "FORBIDDEN"];
  const TABLE: Readonly<Record<Access, readonly string[]>> = {
    //         anonymous  guest customer staff
    anyone: [YES, YES, YES, YES],
    shopper: [NOT_KNOWN, YES, YES, YES],
    customer: [NOT_KNOWN, NO, YES, NO],
    staff: [NOT_KNOWN, NO, NO, YES],
    service: [NOT_KNOWN, NO, NO, NO],
  };
  test.each(Object.entries(TABLE))("%s", async (access, wanted) => {
    const actors = [undefined, guest, { kind: "customer", id: "c-1" }, { kind: "staff", id: "s-1" }] as const;
    const told = [];
    for (const actor of actors) {
      const headers = actor === undefined ? {} : await bearer(actor);
      const admitted = admit({ headers, ip: "192.0.2.1" }, operation(access as Access), ctx);
      told.push(
        await admitted.then(
          ({ actor: who }) => (expect(who).toEqual(actor ?? { kind: "anonymous" }), YES),
          (error: { code: string }) => error.code,
        ),
      );
    }
    expect(told).toEqual(wanted);
  });

  it("refuses anything else in the Authorization header", async () => {
    for (const authorization of ["Basic YTpi", "Bearer", "Bearer a.b", `Bearer ${"x".repeat(3_000)}.y.z`])
      await expect(admit({ headers: { authorization }, ip: "192.0.2.1" }, operation("anyone"), ctx)).rejects.toEqual(
        refused("UNAUTHENTICATED"),
      );
  });
});

describe("the rate limit", () => {
  // 10 % of 500 a second.
  const ALLOWED = 50;
  const take = (count: number, client: string, now: Date, path = "/things") => {
    for (let index = 0; index < count; index++) ctx.resource(rateLimiter).take(operation("anyone", path), client, now);
  };

  it("is each client's own, per family of paths and second", () => {
    const now = inMs(1_000_000);
    take(ALLOWED, "a", now);
    expect(() => take(1, "a", now)).toThrow(refused("TOO_MANY_REQUESTS"));
    take(ALLOWED, "b", now);
    take(ALLOWED, "a", now, "/others/:id");
    take(ALLOWED, "a", inMs(1_001_000));
  });

  it("counts wrong tokens too, by address", async () => {
    const wrong = { headers: { authorization: "Bearer a.b.c" }, ip: "192.0.2.7" };
    const target = operation("anyone", "/guessed");
    const codes = [];
    for (let index = 0; index <= ALLOWED; index++)
      codes.push(await admit(wrong, target, ctx).catch((error: { code: string }) => error.code));
    expect([codes.at(0), codes.at(-1)]).toEqual(["UNAUTHENTICATED", "TOO_MANY_REQUESTS"]);
  });
});

describe("identify", () => {
  it("tells who is in one of our tokens, and nobody of any other", async () => {
    const { token, guestId } = await shop.call(gateway.createGuestToken, {}, { as: { kind: "anonymous" } });
    expect(await shop.call(gateway.identify, { token })).toEqual({ actor: { kind: "guest", id: guestId } });
    for (const other of ["", "a.b.c", `${token}x`])
      expect(await shop.call(gateway.identify, { token: other })).toEqual({ actor: null });
  });
});

describe("the signing key", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({ format: "jwk" });
  const { d: _, ...publicPart } = newKey();
  it.each([["no JSON: s3cret"], ["null"], ["{}"], [JSON.stringify(rsa)], [JSON.stringify(publicPart)]])(
    "is refused at the start when it is none, and never printed (%#)",
    (text) => {
      const settings = new Settings({ TOKEN_SIGNING_KEY: text });
      expect(() => settings.get(signingKey)).toThrow(
        /^Setting TOKEN_SIGNING_KEY: its value must be a private key \(JWK, EC P-256\)\.$/,
      );
    },
  );
});

describe("the market", () => {
  const place = async (headers: Record<string, string>) => {
    const { market, currency, locale } = await admit({ headers, ip: "192.0.2.2" }, operation("anyone"), ctx);
    return [market, currency, locale.slice(0, 2)];
  };

  it("is the shop's own, or the one that the request names", async () => {
    expect(await place({})).toEqual(["gb", "GBP", "en"]);
    expect(await place({ "tradepost-market": "de" })).toEqual(["de", "EUR", "de"]);
    expect(await place({ "tradepost-market": "de", "accept-language": "fr, en;q=0.5" })).toEqual(["de", "EUR", "en"]);
  });

  it("that is not there is refused by name", async () => {
    for (const market of ["xx", "../gb", "GB", "x".repeat(99)])
      await expect(place({ "tradepost-market": market })).rejects.toEqual(refused("INVALID_INPUT"));
  });

  it("of the shop that is not there is the operator's matter, and names the setting", async () => {
    const lost = shop.context("gateway", { market: "mars" });
    await expect(admit({ headers: {}, ip: "192.0.2.2" }, operation("anyone"), lost)).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      data: { detail: "MARKET names no market of this shop: mars." },
    });
  });
});

describe("the language", () => {
  it.each([
    [undefined, "en-GB"],
    ["", "en-GB"],
    ["*", "en-GB"],
    ["de", "de-DE"],
    ["de-AT, en", "de-DE"],
    ["fr, de;q=0.8", "de-DE"],
    ["de;q=0.1, en-GB;q=0.9", "en-GB"],
    ["de;q=0, fr", "en-GB"],
    ["DE-de;q=1.0", "de-DE"],
    ["de;q=x", "en-GB"],
  ])("asked for as %s is %s", (asked, wanted) => expect(bestLocale(["en-GB", "de-DE"], asked)).toBe(wanted));
});
