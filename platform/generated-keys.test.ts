import { createPrivateKey } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generatedKeys } from "./generated-keys.ts";
import { internalKey } from "./internal-identity.ts";
import { StartupProblem } from "./startup-problem.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tradepost-keys-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("the first start makes keys that later starts keep", async () => {
  const keys = await generatedKeys(folder);
  expect(Object.keys(keys)).toEqual([
    "INTERNAL_KEY",
    "TOKEN_SIGNING_KEY",
    "ORDER_LINK_KEY",
    "STOREFRONT_COOKIE_KEY",
    "PAYMENTS_WEBHOOK_SECRET",
  ]);
  expect(await generatedKeys(folder)).toEqual(keys);
  expect(new Set(Object.values(keys)).size).toBe(5);
});

test("only their owner may read the file, and nothing else is left in the folder", async () => {
  await generatedKeys(folder);
  expect((await stat(join(folder, "keys.json"))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["keys.json"]);
});

test("each is what its user takes", async () => {
  const keys = await generatedKeys(folder);
  const signing = createPrivateKey({ key: JSON.parse(keys["TOKEN_SIGNING_KEY"]!), format: "jwk" });
  expect(signing.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  expect(internalKey.parse(keys["INTERNAL_KEY"]!)?.privateKey.asymmetricKeyType).toBe("ed25519");
  expect(keys["PAYMENTS_WEBHOOK_SECRET"]).toMatch(/^whsec_[\w+/]{32}$/);
});

test("only what is wanted is made, and nothing is when all is told elsewhere", async () => {
  expect(await generatedKeys(folder, ["PORT"])).toEqual({});
  expect(await readdir(folder)).toEqual([]);
  expect(Object.keys(await generatedKeys(folder, ["PORT", "ORDER_LINK_KEY"]))).toEqual(["ORDER_LINK_KEY"]);
});

test("two shops have no key in common", async () => {
  const first = await generatedKeys(folder);
  await rm(join(folder, "keys.json"));
  const second = await generatedKeys(folder);
  for (const [name, key] of Object.entries(first)) expect(second[name]).not.toBe(key);
});

test("a key that a later release needs is added beside the old ones", async () => {
  await writeFile(join(folder, "keys.json"), '{"ORDER_LINK_KEY":"kept","OF_A_LATER_RELEASE":"kept too"}', {
    mode: 0o600,
  });
  const keys = await generatedKeys(folder);
  expect(keys).toMatchObject({ ORDER_LINK_KEY: "kept", OF_A_LATER_RELEASE: "kept too" });
  expect(keys["INTERNAL_KEY"]).toBeDefined();
  expect(JSON.parse(await readFile(join(folder, "keys.json"), "utf8"))).toEqual(keys);
});

test("a damaged file is told in a plain sentence and never overwritten", async () => {
  await writeFile(join(folder, "keys.json"), '{"ORDER_LINK_KEY":"ke');
  await expect(generatedKeys(folder)).rejects.toThrow(StartupProblem);
  await expect(generatedKeys(folder)).rejects.toThrow("keys.json holds this shop's keys and is damaged");
  expect(await readFile(join(folder, "keys.json"), "utf8")).toBe('{"ORDER_LINK_KEY":"ke');
});
