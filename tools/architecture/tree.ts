import { existsSync, globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";
import { cruiseImports, type Cruise } from "./cruise.ts";
import { readHouse, type House } from "./house.ts";

const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".data", ".types", "coverage", "build", ".build-new"]);

/** The project as the rules see it: its files (paths from the root, with `/`), read and parsed once. */
export type Tree = {
  readonly root: string;
  readonly files: readonly string[];
  /** The TypeScript and JavaScript files among `files`. */
  readonly code: readonly string[];
  text(file: string): string;
  source(file: string): ts.SourceFile;
  has(path: string): boolean;
  /** Who imports whom, as dependency-cruiser sees it. */
  cruise(): Promise<Cruise>;
  /** The services and topology rows, imported. */
  house(): Promise<House>;
};

/** Lists the project under `root`; reads nothing until asked. */
export function readTree(root: string): Tree {
  const files = listFiles(root);
  const code = files.filter((file) => /\.(ts|mts|tsx|js|mjs)$/.test(file));
  const text = remember((file) => readFileSync(join(root, file), "utf8"));
  const source = remember((file) => ts.createSourceFile(file, text(file), ts.ScriptTarget.Latest, true));
  let cruise: Promise<Cruise> | undefined;
  let house: Promise<House> | undefined;
  const tree: Tree = {
    root,
    files,
    code,
    text,
    source,
    has: (path) => existsSync(join(root, path)),
    cruise: () => (cruise ??= cruiseImports(root, code)),
    house: () => (house ??= readHouse(tree)),
  };
  return tree;
}

function listFiles(root: string): readonly string[] {
  const found = globSync("**/*", {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => SKIPPED_FOLDERS.has(entry.name),
  });
  const files = found.filter((entry) => entry.isFile() && !SKIPPED_FOLDERS.has(entry.name));
  return files
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll(sep, "/"),
    )
    .toSorted();
}

function remember<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
