import type { Tree } from "./tree.ts";

/** The name of the service or app that a file belongs to. */
export function serviceOfFile(file: string): string | undefined {
  return /^(?:services|apps)\/([^/]+)\//.exec(file)?.[1];
}

/** The folders of all services and apps: `services/orders`, `apps/storefront`. */
export function rowFolders(tree: Tree): readonly string[] {
  return ["services", "apps"].flatMap((parent) => foldersIn(tree, parent).map((name) => `${parent}/${name}`));
}

/** Names of the folders directly under `folder`. */
function foldersIn(tree: Tree, folder: string): readonly string[] {
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
