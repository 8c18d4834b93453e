import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Rolldown } from "vite";
import { mark, maskableMark } from "./marks.ts";

/** Builds what Node and browsers cannot read as it is: pages (JSX) into `build/views.js`, scripts, styles and icons into `build/assets/`, with
 *  their hash in the name; what can be is compressed beside. Nothing is done when nothing has changed since. */
const ROOT = join(import.meta.dirname, "../..");
const APP = import.meta.dirname;
const TO = join(APP, "build");
const NEW = join(APP, ".build-new");
const COMMON = { root: ROOT, configFile: false, logLevel: "warn", publicDir: false } as const;

const stamp = stampOf();
if ((await readFile(join(TO, "stamp"), "utf8").catch(() => "")) !== stamp) {
  await rm(NEW, { recursive: true, force: true });
  await mkdir(join(NEW, "assets"), { recursive: true });
  await buildViews();
  const [assets, icons] = [await buildAssets(), await buildIcons()];
  await writeFile(join(NEW, "manifest.json"), JSON.stringify({ ...assets, ...icons }));
  await buildWorker(Object.values(assets).map((name) => `/assets/${name}`));
  await writeFile(join(NEW, "stamp"), stamp);
  await rm(TO, { recursive: true, force: true });
  await rename(NEW, TO);
}

/** Of every file that goes in. */
function stampOf(): string {
  const hash = createHash("sha256");
  const files = globSync(["apps/storefront/**/*.{ts,tsx,css}", "kernel/*.ts", "package-lock.json"], {
    cwd: ROOT,
    exclude: ["apps/storefront/build/**", "apps/storefront/.build-new/**"],
  });
  for (const file of files.toSorted()) hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

async function buildViews(): Promise<void> {
  const { build } = await import("vite");
  await build({
    ...COMMON,
    build: {
      ssr: join(APP, "views/pages.tsx"),
      outDir: NEW,
      emptyOutDir: false,
      target: "node24",
      rolldownOptions: { output: { entryFileNames: "views.js" } },
    },
  });
}

/** Answers which file each entry became. */
async function buildAssets(): Promise<Record<string, string>> {
  const { build } = await import("vite");
  const { output } = (await build({
    ...COMMON,
    build: {
      write: false,
      target: "baseline-widely-available",
      cssMinify: true,
      modulePreload: false,
      rolldownOptions: {
        input: { main: join(APP, "client/main.ts"), styles: join(APP, "client/styles.css") },
        output: { entryFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
      },
    },
  })) as Rolldown.RolldownOutput;
  const files = output.map((file) => ({
    name: file.fileName,
    content: Buffer.from(file.type === "chunk" ? file.code : file.source),
  }));
  await Promise.all(files.map(writeAsset));
  return Object.fromEntries(files.map(({ name }) => [name.replace(/-[\w-]{8}(?=\.\w+$)/, ""), name]));
}

/** The mark as PNG, for home screens that read no SVG; iOS cuts round corners itself and shows black where nothing is drawn. Answers as
 *  `buildAssets`. */
async function buildIcons(): Promise<Record<string, string>> {
  const { default: sharp } = await import("sharp");
  const icons = [
    { name: "touch-icon", svg: mark(0), size: 180 },
    { name: "icon-192", svg: mark(), size: 192 },
    { name: "icon-512", svg: mark(), size: 512 },
    { name: "icon-maskable-512", svg: maskableMark, size: 512 },
  ];
  const files = icons.map(async ({ name, svg, size }) => {
    const drawn = sharp(Buffer.from(svg), { density: (72 * size) / 32 }).resize(size, size);
    const content = await drawn.png({ palette: true, compressionLevel: 9, effort: 10 }).toBuffer();
    const hash = createHash("sha256").update(content).digest("base64url").slice(0, 8);
    await writeFile(join(NEW, "assets", `${name}-${hash}.png`), content); // as small as it gets
    return [`${name}.png`, `${name}-${hash}.png`] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

/** The service worker knows the files that it keeps from the start; its address is always the same. */
async function buildWorker(files: readonly string[]): Promise<void> {
  const { build } = await import("vite");
  await build({
    ...COMMON,
    define: {
      BUILT_FILES: JSON.stringify([...files, "/favicon.svg"]),
      BUILT_VERSION: JSON.stringify(stamp.slice(0, 12)),
    },
    build: {
      outDir: NEW,
      emptyOutDir: false,
      target: "baseline-widely-available",
      modulePreload: false,
      rolldownOptions: {
        input: join(APP, "client/service-worker.ts"),
        output: { format: "iife", entryFileNames: "service-worker.js" },
      },
    },
  });
}

async function writeAsset({ name, content }: { readonly name: string; readonly content: Buffer }): Promise<void> {
  const file = join(NEW, "assets", name);
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await Promise.all([
    writeFile(file, content),
    promisify(brotliCompress)(content, best).then((bytes) => writeFile(`${file}.br`, bytes)),
    promisify(gzip)(content, { level: 9 }).then((bytes) => writeFile(`${file}.gz`, bytes)),
  ]);
}
