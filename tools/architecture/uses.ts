import ts from "typescript";
import { serviceOfFile } from "./paths.ts";
import { lineOf, walk } from "./syntax.ts";
import type { Tree } from "./tree.ts";

/** One use of a value of another module, in the code of a file. */
export type FaceUse = {
  readonly service: string;
  readonly exported: string;
  readonly member: string | undefined;
  /** Whether the member is called: `refuse.OUT_OF_STOCK({ sku })`. */
  readonly isCalled: boolean;
  /** `typeof OrderPlaced`: nothing is left of it when the code runs. */
  readonly isType: boolean;
  readonly line: number;
};

/** Every use of a value that `file` imports from a contract.ts or events.ts: `inventory.reserve` has the member `reserve`. */
export function usesOfFaces(tree: Tree, file: string, face: "contract" | "events"): readonly FaceUse[] {
  return usesOf(tree, file, (specifier) => serviceOfFace(specifier, file, face));
}

/** Every use of a value that `file` imports from a module that `owner` names. */
export function usesOf(tree: Tree, file: string, owner: (specifier: string) => string | undefined): readonly FaceUse[] {
  const source = tree.source(file);
  const imported = new Map<string, { service: string; exported: string }>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const service = owner(statement.moduleSpecifier.text);
    const names = statement.importClause?.namedBindings;
    if (service === undefined || names === undefined || !ts.isNamedImports(names)) continue;
    if (statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) continue;
    for (const one of names.elements.filter((element) => !element.isTypeOnly))
      imported.set(one.name.text, { service, exported: (one.propertyName ?? one.name).text });
  }
  const uses: FaceUse[] = [];
  walk(source, (node) => {
    if (!ts.isIdentifier(node) || ts.isImportSpecifier(node.parent)) return;
    const origin = imported.get(node.text);
    const isMemberName = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
    if (origin === undefined || isMemberName) return;
    const line = lineOf(source, node);
    const isCalled = ts.isCallExpression(node.parent.parent) && node.parent.parent.expression === node.parent;
    for (const member of membersOf(node))
      uses.push({ ...origin, member, isCalled, isType: ts.isTypeQueryNode(node.parent), line });
  });
  return uses;
}

/** `["reserve"]` of `inventory.reserve`, `["pin", "release"]` of `const { pin, release } = inventory`. */
function membersOf({ parent }: ts.Identifier): readonly (string | undefined)[] {
  if (ts.isPropertyAccessExpression(parent)) return [parent.name.text];
  if (!ts.isVariableDeclaration(parent) || !ts.isObjectBindingPattern(parent.name)) return [undefined];
  return parent.name.elements.map(({ propertyName, name }) => (propertyName ?? name).getText());
}

function serviceOfFace(specifier: string, file: string, face: "contract" | "events"): string | undefined {
  const byName = new RegExp(`^#([a-z0-9-]+)/${face}$`).exec(specifier)?.[1];
  const isOwn = new RegExp(`^\\.{1,2}/(.*/)?${face}\\.ts$`).test(specifier);
  return byName ?? (isOwn ? serviceOfFile(file) : undefined);
}
