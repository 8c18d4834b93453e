import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Every page as a function from what is on it to its HTML. They are JSX, which Node does not read: `build.ts` compiles them. */
export type Views = typeof import("./views/pages.tsx");

/** Where pages, scripts and styles come from. */
export type Source = {
  views(): Promise<Views>;
  /** The address of `main.js` or `styles.css`. */
  asset(name: string): Promise<string>;
  /** Other addresses that a page may load from. */
  readonly origins: readonly string[];
};

/** Where the compiled pages and the assets lie. */
export const BUILD = join(import.meta.dirname, "build");

const built = fromBuild();
let source: Source = built;

export function loadViews(): Promise<Views> {
  return source.views();
}

/** The address of a built file by its name without the hash: `/assets/styles-4fK2mN8q.css`. */
export function findAsset(name: string): Promise<string> {
  return source.asset(name);
}

/** As `findAsset`, always from the build: icons are drawn by it alone. */
export function findBuiltAsset(name: string): Promise<string> {
  return built.asset(name);
}

/** Claims that pages change only with a new process: what was made of them may be kept. */
export function isFromBuild(): boolean {
  return source === built;
}

export function sourceOrigins(): readonly string[] {
  return source.origins;
}

/** Takes pages, scripts and styles from elsewhere: from their source, while somebody works on them. */
export function takeFrom(other: Source): void {
  source = other;
}

function fromBuild(): Source {
  let views: Promise<Views> | undefined;
  let manifest: Promise<Readonly<Record<string, string>>> | undefined;
  return {
    views: () => (views ??= importViews()),
    asset: async (name) => {
      const file = (await (manifest ??= readManifest()))[name];
      if (file === undefined) throw new Error(`The storefront's build has no ${name}.`);
      return `/assets/${file}`;
    },
    origins: [],
  };
}

async function importViews(): Promise<Views> {
  const file = join(BUILD, "views.js");
  await access(file).catch((cause: unknown) => {
    throw new Error("The storefront is not built: run node apps/storefront/build.ts, or npm start.", { cause });
  });
  return (await import(pathToFileURL(file).href)) as Views;
}

async function readManifest(): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await readFile(join(BUILD, "manifest.json"), "utf8")) as Readonly<Record<string, string>>;
}
