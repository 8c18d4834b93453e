import type { Tree } from "./tree.ts";

/** The name of the service that a file belongs to. */
export function serviceOfFile(file: string): string | undefined {
  return /^services\/([^/]+)\//.exec(file)?.[1];
}

/** Names of the folders directly under `folder`. */
export function foldersIn(tree: Tree, folder: string): readonly string[] {
  const names = tree.files.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.split("/").slice(1));
  return [...new Set(names.filter((rest) => rest.length > 1).map((rest) => rest[0]!))].toSorted();
}

export function isTest(file: string): boolean {
  return file.endsWith(".test.ts");
}

/** Claims that only tests import the file: a shop to test in. */
export function isTestSupport(file: string): boolean {
  return /\/testing[a-z0-9-]*\.ts$/.test(file);
}
