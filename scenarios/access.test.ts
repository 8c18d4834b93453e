import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import { SignJWT, importJWK, type JWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pathParameters, type Access, type Operation } from "#kernel/contract";
import { newId } from "#kernel/id";
import { loadContract } from "../load-service.ts";
import { topology } from "../topology.ts";
import { openShop, request, stockShop, type Answer, type Json, type Shop } from "./shop.ts";
import { Shopper } from "./shopper.ts";

const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }) as JWK;

let shop: Shop;
let operations: readonly Operation[];
let [alice, bob]: Shopper[] = [];
/** What is Bob's, by the names that paths give it. */
let bobs: Readonly<Record<string, string>>;

beforeAll(async () => {
  shop = await openShop({ TOKEN_SIGNING_KEY: JSON.stringify(jwk) });
  const contracts = await Promise.all(topology.map(({ name }) => loadContract(name)));
  operations = contracts.flatMap((contract) => Object.values(contract) as Operation[]);
  await stockShop(shop, [{ sku: "MUG", onHand: 100 }]);
  [alice, bob] = [await Shopper.arrive(shop), await Shopper.arrive(shop)];
  await bob.add("MUG");
  bobs = { orderId: (await bob.checkout()).body.orderId };
  await shop.inside.settle();
}, 60_000);
afterAll(() => shop.stop());

/** Names in paths that tell no shopper's own thing. A new one belongs here, or it is somebody's: then into `bobs`. */
const NOBODYS = new Set(["sku", "productId", "category", "code", "provider", "currency", "name"]);

function exposed(...access: readonly Access[]): readonly Operation[] {
  return operations.filter((operation) => access.includes(operation.access));
}

const SHOPPERS: readonly Access[] = ["anyone", "shopper", "customer"];

type Headers = Readonly<Record<string, string>>;

/** The operation's own example, sent by somebody: good enough to pass the door, whatever comes after it. */
function ask(operation: Operation, headers: Headers, things: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const example = (operation.example?.input ?? {}) as Record<string, unknown>;
  const inPath = pathParameters(operation.path);
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(things[name] ?? String(example[name] ?? newId("order"))),
  );
  const fields = Object.fromEntries(Object.entries(example).filter(([name]) => !inPath.includes(name)));
  const hasBody = !["GET", "DELETE"].includes(operation.method);
  return request(shop, operation.method, path, {
    headers: { ...headers, ...(operation.idempotencyKey === undefined ? {} : { "idempotency-key": newId("request") }) },
    ...(hasBody ? { body: fields } : {}),
  });
}

/** `service.operation: status code` of every operation, to compare whole lists. */
async function answersTo(chosen: readonly Operation[], headers: Headers): Promise<string[]> {
  const told: string[] = [];
  for (const operation of chosen) {
    const { status, body } = await ask(operation, headers);
    told.push(`${operation.service}.${operation.name}: ${status} ${body?.code ?? ""}`);
  }
  return told;
}

function all(chosen: readonly Operation[], answer: string): string[] {
  return chosen.map((operation) => `${operation.service}.${operation.name}: ${answer}`);
}

/** What the door itself says; anything else came from behind it. */
function atTheDoor(answers: readonly string[]): string[] {
  return answers.filter((answer) => /: (401 UNAUTHENTICATED|403 FORBIDDEN)$/.test(answer));
}

describe("who may do what", () => {
  it("covers every operation of every service", () => {
    expect(operations.length).toBeGreaterThan(60);
    expect(exposed("service").length).toBeGreaterThan(10);
    expect(exposed("staff").length).toBeGreaterThan(20);
    expect(exposed("shopper", "customer").length).toBeGreaterThan(5);
  });

  it("asks for a token wherever not everybody may", async () => {
    const closed = exposed("shopper", "customer", "staff");
    expect(await answersTo(closed, {})).toEqual(all(closed, "401 UNAUTHENTICATED"));
    expect(atTheDoor(await answersTo(exposed("anyone"), {}))).toEqual([]);
  });

  it("keeps shoppers out of what is the staff's", async () => {
    const staffs = exposed("staff");
    expect(await answersTo(staffs, alice!.headers)).toEqual(all(staffs, "403 FORBIDDEN"));
    expect(atTheDoor(await answersTo(exposed("anyone", "shopper"), alice!.headers))).toEqual([]);
  });

  it("lets the staff do the staff's work", async () => {
    expect(atTheDoor(await answersTo(exposed("anyone", "staff"), shop.staff))).toEqual([]);
  });

  it("shows the outside none of what services do among themselves", async () => {
    const publicOnes = new Set(exposed("anyone", "shopper", "customer", "staff").map(addressOf));
    const inner = exposed("service").filter((operation) => !publicOnes.has(addressOf(operation)));
    for (const headers of [{}, alice!.headers, shop.staff])
      // `/products/export` is asked for a product of that name: not there either. Some share their path with a public one.
      expect(
        (await answersTo(inner, headers)).filter(
          (told) => !/: (404 (\w+_)?NOT_FOUND|405 METHOD_NOT_ALLOWED)$/.test(told),
        ),
      ).toEqual([]);
    const document = (await (await fetch(`${shop.url}/api/openapi.json`)).json()) as Json;
    const published = Object.values(document.paths as Record<string, object>).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId as string),
    );
    const names = exposed("service").map((operation) => `${operation.service}.${operation.name}`);
    expect(published.filter((id) => names.includes(id))).toEqual([]);
  });

  it("shows nothing of the inside to whoever guesses its addresses", async () => {
    for (const { service, name, path, method } of operations)
      for (const guess of [`/internal/${service}${path}`, `/internal/${service}/${name}`, `/${service}${path}`]) {
        const { status } = await fetch(shop.url + guess, { method, headers: shop.staff });
        expect([404, 405], `${method} ${guess}`).toContain(status);
      }
  });
});

function addressOf(operation: Operation): string {
  return `${operation.method} ${operation.path.replaceAll(/:\w+/g, ":")}`;
}

describe("what is somebody else's", () => {
  it("is told apart by names that this test knows", () => {
    const names = SHOPPERS.flatMap((access) => exposed(access)).flatMap((operation) => pathParameters(operation.path));
    expect(names.filter((name) => !NOBODYS.has(name) && !(name in bobs))).toEqual([]);
  });

  it("is not there for another shopper, nor for a stranger, and stays as it was", async () => {
    const before = await bob!.order(bobs["orderId"]!);
    const private_ = exposed(...SHOPPERS).filter((operation) =>
      pathParameters(operation.path).some((name) => name in bobs),
    );
    expect(private_.length).toBeGreaterThan(2);
    for (const operation of private_) {
      const [asAlice, unknown] = [await ask(operation, alice!.headers, bobs), await ask(operation, alice!.headers)];
      expect(asAlice.status, operation.name).toBe(404);
      // Word for word what is said of a thing that is not there at all.
      expect(asAlice.body.code, operation.name).toBe(unknown.body.code);
      const { status } = await ask(operation, {}, bobs);
      expect(status, operation.name).toBe(operation.access === "anyone" ? 404 : 401);
    }
    expect(await bob!.order(bobs["orderId"]!)).toEqual(before);
  });

  it("is in no list of another shopper", async () => {
    const lists = exposed("anyone", "shopper", "customer").filter(
      (operation) => operation.method === "GET" && pathParameters(operation.path).length === 0,
    );
    for (const operation of lists) {
      const { body } = await ask(operation, alice!.headers);
      const text = JSON.stringify(body);
      for (const id of [...Object.values(bobs), bob!.guestId]) expect(text, operation.name).not.toContain(id);
    }
  });
});

describe("a token", () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = () => ({ kind: "staff", iss: "tradepost", sub: "owner", iat: now(), exp: now() + 600 });
  const signed = async (told: Record<string, unknown>, key: JWK = jwk, header: Record<string, string> = {}) =>
    new SignJWT(told).setProtectedHeader({ alg: "ES256", ...header }).sign(await importJWK(key, "ES256"));
  const without = (name: string) => Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name));
  const tampered = async () => {
    const [header, , signature] = (await signed({ ...claims(), kind: "guest" })).split(".");
    return `${header}.${base64url(claims())}.${signature}`;
  };
  const byPublicKey = () => {
    const pem = createPublicKey({ key: jwk as never, format: "jwk" }).export({ type: "spki", format: "pem" });
    const text = `${base64url({ alg: "HS256" })}.${base64url(claims())}`;
    return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
  };
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }) as JWK;
  const strangersPublic = { kty: stranger.kty!, crv: stranger.crv!, x: stranger.x!, y: stranger.y! };

  const BAD: Readonly<Record<string, () => string | Promise<string>>> = {
    garbage: () => "garbage",
    "three dots": () => "...",
    "empty parts": () => "a.b.c",
    "signed by nobody (alg none)": () => `${base64url({ alg: "none" })}.${base64url(claims())}.`,
    "signed by nobody, with a signature": () => `${base64url({ alg: "none" })}.${base64url(claims())}.AA`,
    "signed with the public key as a secret": byPublicKey,
    "signed by a stranger": () => signed(claims(), stranger),
    "bringing its own key": () => signed(claims(), stranger, { jwk: strangersPublic as never }),
    "of which the words were changed": tampered,
    expired: () => signed({ ...claims(), exp: now() - 1 }),
    "not valid yet": () => signed({ ...claims(), nbf: now() + 600 }),
    "without an end": () => signed(without("exp")),
    "without a subject": () => signed(without("sub")),
    "without an issuer": () => signed(without("iss")),
    "of another issuer": () => signed({ ...claims(), iss: "elsewhere" }),
    "that claims to be a service": () => signed({ ...claims(), kind: "service" }),
    "without a kind": () => signed(without("kind")),
    "10,000 letters long": () => `a.${"a".repeat(10_000)}.a`,
  };

  it("made by this test as the shop makes them opens the door", async () => {
    const headers = { authorization: `Bearer ${await signed(claims())}` };
    expect((await request(shop, "GET", "/transactions", { headers })).status).toBe(200);
  });

  it.each(Object.entries(BAD))("%s opens nothing, not even what is open to anyone", async (_, make) => {
    const headers = { authorization: `Bearer ${await make()}` };
    const every = exposed("anyone", "shopper", "customer", "staff");
    expect(await answersTo(every, headers)).toEqual(all(every, "401 UNAUTHENTICATED"));
  });

  it("of another scheme opens nothing", async () => {
    const { authorization } = shop.staff;
    for (const other of [
      "Basic b3duZXI6b3duZXI=",
      authorization!.replace("Bearer", "Token"),
      `${authorization} x`,
      "",
    ]) {
      const { status } = await request(shop, "GET", "/transactions", { headers: { authorization: other } });
      expect(status, other.slice(0, 12)).toBe(401);
    }
  });
});
