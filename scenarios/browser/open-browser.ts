import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "chrome-launcher";
import { chromium, type Browser } from "playwright-core";

const PACKAGE = join(import.meta.dirname, "../../node_modules/@sparticuz/chromium/package.json");
const { version: VERSION } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string };
/** Not the package's own: those switch web security off, which is to be tested. */
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"];

/** A real Chromium out of an npm package, with the system libraries that it needs. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, environment } = await unpackChromium();
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: true, env: environment });
}

/** The same Chromium, started as Lighthouse's command starts its own: without the arguments of Playwright, some of which change what is
 *  measured. It is told what to do at `port` (Chrome DevTools protocol), and knows nothing of any other. */
export async function openDebuggedBrowser(): Promise<{ readonly port: number; close(): void }> {
  const { executablePath, environment } = await unpackChromium();
  const { port, kill } = await launch({
    chromePath: executablePath,
    chromeFlags: [...ARGUMENTS, "--headless"],
    envVars: environment,
  });
  return { port, close: kill };
}

type UnpackedChromium = { readonly executablePath: string; readonly environment: Record<string, string> };

/** The program, and the environment in which it finds its libraries and fonts. */
async function unpackChromium(): Promise<UnpackedChromium> {
  // The package takes any chromium that lies in the temporary folder, whatever its version.
  const folder = join(tmpdir(), `tradepost-chromium-${VERSION}`);
  await mkdir(folder, { recursive: true });
  // Read when it is imported: only on Lambda does it unpack the libraries, too.
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" });
  const { default: packed } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  // The package's own looks for fonts in /tmp; with none at all Chromium ends at the first field of a form.
  await writeFile(join(folder, "fonts.conf"), fontsConf([join(folder, "fonts"), "/usr/share/fonts"], folder));
  const environment = { ...(process.env as Record<string, string>), FONTCONFIG_FILE: join(folder, "fonts.conf") };
  return { executablePath, environment };
}

function fontsConf(folders: readonly string[], cache: string): string {
  const dirs = folders.map((folder) => `<dir>${folder}</dir>`).join("");
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${dirs}<cachedir>${cache}/fonts-cache</cachedir></fontconfig>`;
}
