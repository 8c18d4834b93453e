import ts from "typescript";
import type { Finding, Rule } from "./rule.ts";
import { isTest, rowFolders } from "./paths.ts";
import { lineOf, walk } from "./syntax.ts";
import type { Tree } from "./tree.ts";

/** What makes a decision depend on when, where or how often it is made. */
const IMPURE_NAMES = new Set(["process", "performance", "crypto", "globalThis", "fetch", "console", "setTimeout"]);
const IMPURE_MORE = new Set(["setInterval", "setImmediate", "queueMicrotask", "Temporal", "newId", "randomUUID"]);
const NODE_GLOBALS = new Set(["process", "Buffer", "global", "require", "__dirname", "__filename", "setImmediate"]);

/** Rules that read the code itself. */
export const codeRules: readonly Rule[] = [
  {
    name: "models-know-no-clock",
    sentence: "A model decides from its arguments alone: pass `now`, ids and random choices in as arguments.",
    find: (tree) => inEach(tree, (file) => /^services\/[^/]+\/model\//.test(file) && !isTest(file), impurity),
  },
  {
    name: "kernel-needs-no-node",
    sentence: "kernel/ runs in a browser: use what browsers have (Uint8Array, crypto, URL), no global of Node.",
    find: (tree) => inEach(tree, (file) => file.startsWith("kernel/") && !isTest(file), nodeGlobal),
  },
  {
    name: "platform-names-no-service",
    sentence: "platform/ runs any service and names none: take the name or the path from whoever runs the service.",
    find: (tree) => inEach(tree, (file) => file.startsWith("platform/"), namedService(rowFolders(tree))),
  },
  {
    name: "service-ts-is-a-table",
    sentence: "service.ts lists what the service has: move functions and decisions into a file named by what they do.",
    find: (tree) => inEach(tree, (file) => /^services\/[^/]+\/service\.ts$/.test(file), logicAtTop),
  },
  {
    name: "suppressions-have-reasons",
    sentence: "Say why after ` -- `: `// oxlint-disable-next-line no-explicit-any -- the vendor's type is wrong`.",
    find: (tree) => tree.code.flatMap((file) => bareSuppressions(tree, file)),
  },
];

type Look = (node: ts.Node) => string | undefined;

function inEach(tree: Tree, isMeant: (file: string) => boolean, look: Look): readonly Finding[] {
  return tree.code.filter(isMeant).flatMap((file) => {
    const source = tree.source(file);
    const findings: Finding[] = [];
    walk(source, (node) => {
      const told = look(node);
      if (told !== undefined) findings.push({ file, line: lineOf(source, node), told });
    });
    return findings;
  });
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && !node.arguments?.length)
    return "reads the clock with new Date()";
  if (ts.isCallExpression(node) && node.expression.getText() === "Date") return "reads the clock with Date()";
  if (ts.isPropertyAccessExpression(node) && /^(Date\.now|Math\.random)$/.test(node.getText()))
    return `uses ${node.getText()}`;
  const isImpure =
    ts.isIdentifier(node) && (IMPURE_NAMES.has(node.text) || IMPURE_MORE.has(node.text)) && isReference(node);
  return isImpure ? `uses ${node.text}` : undefined;
}

function nodeGlobal(node: ts.Node): string | undefined {
  const isGlobal = ts.isIdentifier(node) && NODE_GLOBALS.has(node.text) && isReference(node);
  return isGlobal ? `uses ${node.text}` : undefined;
}

/** Claims that the identifier names a variable, not a property, a type or a declared thing of its own. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false;
  const isName = "name" in parent && parent.name === node;
  return !(isName && !ts.isShorthandPropertyAssignment(parent));
}

function namedService(folders: readonly string[]): Look {
  if (folders.length === 0) return () => undefined;
  const names = folders.map((folder) => folder.split("/")[1]!);
  const named = new RegExp(`(${folders.join("|")})\\b|#(${names.join("|")})/(contract|events)`);
  return (node) => {
    if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !ts.isTemplateMiddleOrTemplateTail(node))
      return undefined;
    const found = named.exec(node.text)?.[0];
    return found === undefined ? undefined : `names ${found}`;
  };
}

function logicAtTop(node: ts.Node): string | undefined {
  if (node.parent === undefined || !ts.isSourceFile(node.parent)) return undefined;
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node))
    return `defines ${node.name?.text ?? "a function"}`;
  if (ts.isImportDeclaration(node) || ts.isVariableStatement(node) || ts.isTypeAliasDeclaration(node)) return undefined;
  if (ts.isExportDeclaration(node) || node.kind === ts.SyntaxKind.EndOfFileToken) return undefined;
  return "does something when it is imported";
}

function bareSuppressions(tree: Tree, file: string): readonly Finding[] {
  const bare = /(?:oxlint|eslint)-disable(?![^\n]*\s--\s\S)|@ts-(?:ignore|nocheck)|@ts-expect-error\s*(?:\n|\*\/|$)/;
  const comments = tree
    .text(file)
    .split("\n")
    .map((line, index) => ({ comment: /(\/\/|\/\*).*$/.exec(line)?.[0] ?? "", line: index + 1 }));
  const found = comments.filter(({ comment }) => bare.test(comment));
  return found.map(({ line }) => ({ file, line, told: "silences a check without a reason" }));
}
