import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writePrivateJson } from "./home.ts";
import { fileProblem, StartupProblem } from "../startup-problem.ts";

/** The passwords of one embedded PostgreSQL, kept in `<dataDir>/secrets.json` (mode 0600). */
export type Secrets = {
  find(role: string): string | undefined;
  /** Resolves when the file holds them. Set a password in the server first: then a kill in between is mended by the next start. */
  add(passwords: ReadonlyMap<string, string>): Promise<void>;
};

/** The role that owns the server; services never use it. */
export const ADMIN_ROLE = "postgres";

export function makePassword(): string {
  return randomBytes(24).toString("base64url");
}

export async function openSecrets(dataDir: string): Promise<Secrets> {
  const path = join(dataDir, "secrets.json");
  const passwords = new Map(Object.entries(await readPasswords(path, dataDir)));
  const add = async (added: ReadonlyMap<string, string>) => {
    for (const [role, password] of added) passwords.set(role, password);
    await writePrivateJson(path, { passwords: Object.fromEntries(passwords) });
  };
  return { find: (role) => passwords.get(role), add };
}

async function readPasswords(path: string, dataDir: string): Promise<Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw fileProblem(error, dataDir);
  }
  try {
    return (JSON.parse(text) as { passwords: Record<string, string> }).passwords;
  } catch (cause) {
    throw new StartupProblem(`The file ${path} is damaged. Restore it, or delete it: new passwords are made then.`, {
      cause,
    });
  }
}
