import ts from "typescript";
import type { Finding, Rule } from "./rule.ts";
import { isTest } from "./paths.ts";
import { lineOf, walk } from "./syntax.ts";
import type { Tree } from "./tree.ts";

const FILE_LINES = 400;
const FUNCTION_LINES = 80;
const README_LINES = 60;

/** Files that may be longer, each with its reason. */
const LONG_FILES: readonly { readonly path: RegExp; readonly because: string }[] = [
  { path: /^(demo|bench)\/data\//, because: "data, not code" },
  { path: /(^|\/)generated\//, because: "written by a generator, read by nobody" },
  { path: /^deploy\/.*\.(ya?ml|json)$/, because: "manifests are as long as their resources" },
];
/** A function that holds tests only groups them; each test inside is measured by itself. */
const TEST_CALLS = new Set(["describe", "suite", "it", "test"]);

export const sizeRules: readonly Rule[] = [
  {
    name: "files-stay-small",
    sentence: `A file has at most ${FILE_LINES} lines (aim at 150): find the second idea in it and give it its own file.`,
    find: (tree) =>
      tree.code
        .filter((file) => !LONG_FILES.some((long) => long.path.test(file)))
        .flatMap((file) => longFile(tree, file)),
  },
  {
    name: "functions-stay-small",
    sentence: `A function has at most ${FUNCTION_LINES} lines (aim at 50): name its parts and call them.`,
    find: (tree) =>
      tree.code
        .filter((file) => !LONG_FILES.some((long) => long.path.test(file)))
        .flatMap((file) => longFunctions(tree, file)),
  },
  {
    name: "readmes-stay-small",
    sentence: `A service's README fits one screen, ${README_LINES} lines: what it owns, promises, its states, what to do when it breaks.`,
    find: (tree) =>
      tree.files
        .filter((file) => /^(services|apps)\/[^/]+\/README\.md$/.test(file))
        .flatMap((file) => longReadme(tree, file)),
  },
];

function longFile(tree: Tree, file: string): readonly Finding[] {
  const lines = lineCount(tree.text(file));
  return lines > FILE_LINES ? [{ file, told: `has ${lines} lines` }] : [];
}

function longReadme(tree: Tree, file: string): readonly Finding[] {
  const lines = lineCount(tree.text(file));
  return lines > README_LINES ? [{ file, told: `has ${lines} lines` }] : [];
}

function longFunctions(tree: Tree, file: string): readonly Finding[] {
  const source = tree.source(file);
  const findings: Finding[] = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !("body" in node) || (definesTests(file) && holdsTests(node))) return;
    const lines = source.getLineAndCharacterOfPosition(node.end).line + 2 - lineOf(source, node);
    if (lines > FUNCTION_LINES)
      findings.push({ file, line: lineOf(source, node), told: `holds a function of ${lines} lines` });
  });
  return findings;
}

function definesTests(file: string): boolean {
  return isTest(file) || file.endsWith("-conformance.ts");
}

function holdsTests(node: ts.Node): boolean {
  let isGroup = false;
  walk(node, (inner) => {
    if (ts.isCallExpression(inner) && TEST_CALLS.has(inner.expression.getText().replace(/[.(].*$/s, "")))
      isGroup = true;
  });
  return isGroup;
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
