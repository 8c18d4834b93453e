import type { Finding, Rule } from "./rule.ts";
import { rowFolders } from "./paths.ts";
import type { Tree } from "./tree.ts";

const JUNK = /(^|\/)(utils?|helpers?|common|shared|misc|lib|index)(\.[a-z]+)*(\/|$)/;
const STORE = /^services\/[^/]+\/([a-z0-9-]+-)?store\.ts$/;
const MIGRATION = /\/((?:[a-z]+-)?migrations)\/[^/]+$/;

/** Rules on which files there are and what they are called. */
export const layoutRules: readonly Rule[] = [
  {
    name: "no-junk-drawers",
    sentence: "Name the thing: utils, helpers, common, shared, misc, lib and index hide what a file does.",
    find: (tree) =>
      tree.code.filter((file) => JUNK.test(file)).map((file) => ({ file, told: "has a name that says nothing" })),
  },
  {
    name: "rows-are-folders",
    sentence: "Every folder of services/ and apps/ has one row in topology.ts, and every row its folder.",
    find: rowsAndFolders,
  },
  {
    name: "services-have-their-files",
    sentence:
      "A service or app has README.md, contract.ts and service.ts; it has migrations/ exactly when it has a store.",
    find: (tree) => rowFolders(tree).flatMap((folder) => missingFiles(tree, folder)),
  },
  {
    name: "migrations-are-in-order",
    sentence:
      "A migration is `0007_add_gift_note.sql`: the next number, forward only; its first line is a comment that says why.",
    find: (tree) => migrationFolders(tree).flatMap((folder) => migrationFaults(tree, folder)),
  },
  {
    name: "where-paths-exist",
    sentence: "docs/where.md leads newcomers: correct the path in the row, or delete the row.",
    find: (tree) => (tree.has("docs/where.md") ? lostPaths(tree) : [{ file: "docs/where.md", told: "is missing" }]),
  },
];

async function rowsAndFolders(tree: Tree): Promise<readonly Finding[]> {
  const { rows } = await tree.house();
  const folders = rowFolders(tree).map((folder) => folder.split("/")[1]!);
  if (rows === undefined) return folders.length === 0 ? [] : [{ file: "topology.ts", told: "is missing" }];
  const twice = rows.filter((name, index) => rows.indexOf(name) !== index);
  return [
    ...rows
      .filter((name) => !folders.includes(name))
      .map((name) => ({ file: "topology.ts", told: `has the row ${name}, but there is no such folder` })),
    ...folders
      .filter((name) => !rows.includes(name))
      .map((name) => ({ file: "topology.ts", told: `has no row for the folder ${name}` })),
    ...twice.map((name) => ({ file: "topology.ts", told: `has two rows ${name}` })),
  ];
}

function missingFiles(tree: Tree, folder: string): readonly Finding[] {
  const required = ["README.md", "contract.ts", "service.ts"].filter((file) => !tree.has(`${folder}/${file}`));
  const hasStore = tree.files.some((file) => file.startsWith(`${folder}/`) && STORE.test(file));
  const hasMigrations = tree.files.some((file) => file.startsWith(`${folder}/migrations/`));
  const missing = required.map((file) => ({ file: `${folder}/${file}`, told: "is missing" }));
  if (hasStore && !hasMigrations)
    missing.push({ file: `${folder}/migrations`, told: "is missing, but there is a store" });
  if (hasMigrations && !hasStore)
    missing.push({ file: `${folder}/store.ts`, told: "is missing, but there are migrations" });
  return missing;
}

function migrationFolders(tree: Tree): readonly string[] {
  const files = tree.files.filter((file) => MIGRATION.test(file) && /^(services|platform)\//.test(file));
  return [...new Set(files.map((file) => file.replace(MIGRATION, "/$1")))];
}

function migrationFaults(tree: Tree, folder: string): readonly Finding[] {
  const files = tree.files.filter((file) => file.startsWith(`${folder}/`));
  return files.flatMap((file, index) => {
    const expected = String(index + 1).padStart(4, "0");
    const name = file.slice(folder.length + 1);
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) return [{ file, told: "is not named like 0001_create_orders.sql" }];
    if (!name.startsWith(expected)) return [{ file, told: `should have the number ${expected}` }];
    return /^--\s*\S.{10,}/.test(tree.text(file))
      ? []
      : [{ file, line: 1, told: "does not begin with a comment that says why" }];
  });
}

function lostPaths(tree: Tree): readonly Finding[] {
  const file = "docs/where.md";
  return tree
    .text(file)
    .split("\n")
    .flatMap((text, index) => {
      const paths = [...text.matchAll(/`([\w./*<>-]+)`/g)]
        .map((match) => match[1]!)
        .filter((path) => /[/.]/.test(path));
      const lost = paths.filter((path) => !exists(tree, path));
      return lost.map((path) => ({ file, line: index + 1, told: `names ${path}, which does not exist` }));
    });
}

/** `services/<name>/store.ts` and `deploy/*` match when at least one file does. */
function exists(tree: Tree, path: string): boolean {
  if (!/[*<]/.test(path)) return tree.has(path);
  const pattern = path
    .replaceAll(/[.+]/g, "\\$&")
    .replaceAll(/<[^>]*>|\*+/g, "[^/]+")
    .replace(/\/$/, "/.+");
  return tree.files.some((file) => new RegExp(`^${pattern}(/|$)`).test(file));
}
