import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeInternalKey } from "./internal-identity.ts";
import { StartupProblem } from "./startup-problem.ts";

/** Secrets that a shop needs and nobody should have to invent: made at the first start, kept in `<dataDir>/keys.json` (mode 0600). With
 *  `wanted` only those that are named there; when it names none, the file is not even opened. */
export async function generatedKeys(
  dataDir: string,
  wanted: readonly string[] = Object.keys(MAKERS),
): Promise<Readonly<Record<string, string>>> {
  const makers = Object.entries(MAKERS).filter(([name]) => wanted.includes(name));
  if (makers.length === 0) return {};
  const path = join(dataDir, "keys.json");
  const kept = await readFile(path, "utf8").then((text) => parseKeys(text, path), ifMissing);
  const missing = makers.filter(([name]) => kept[name] === undefined);
  if (missing.length === 0) return kept;
  const keys = { ...kept, ...Object.fromEntries(missing.map(([name, make]) => [name, make()])) };
  // Whole or not at all: a shop that lost its keys opens no order link and trusts no token.
  await writeFile(`${path}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return keys;
}

const MAKERS: Readonly<Record<string, () => string>> = {
  INTERNAL_KEY: () => makeInternalKey(["*"]).key,
  TOKEN_SIGNING_KEY: () =>
    JSON.stringify(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" })),
  ORDER_LINK_KEY: () => randomBytes(32).toString("base64url"),
  STOREFRONT_COOKIE_KEY: () => randomBytes(32).toString("base64url"),
  PAYMENTS_WEBHOOK_SECRET: () => `whsec_${randomBytes(24).toString("base64")}`,
};

function parseKeys(text: string, path: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch (cause) {
    throw new StartupProblem(
      `The file ${path} holds this shop's keys and is damaged. Put it back from a backup; without one, delete it, and every token and order link given out stops working.`,
      { cause },
    );
  }
}

function ifMissing(error: NodeJS.ErrnoException): Record<string, string> {
  if (error.code === "ENOENT") return {};
  throw error;
}
