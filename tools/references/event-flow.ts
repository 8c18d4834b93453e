import ts from "typescript";
import { discrepanciesFoundBy } from "#kernel/audit";
import { eventType, type EventKind } from "#kernel/event";
import type { AnyService } from "#platform/service";
import { behavioursOf } from "../architecture/edges.ts";
import { rowFolders } from "../architecture/paths.ts";
import { walk } from "../architecture/syntax.ts";
import type { Tree } from "../architecture/tree.ts";
import { usesOfFaces } from "../architecture/uses.ts";

/** Who takes an event in, and the file that says what is done with it. */
export type Listener = { readonly service: string; readonly way: "hears" | "watches"; readonly file: string };

export type EventFlow = {
  readonly kind: EventKind;
  readonly type: string;
  /** Files of the publisher that make it. */
  readonly madeIn: readonly string[];
  readonly listeners: readonly Listener[];
};

/** Every event of the services, in their order, with the files at both ends. What audits tell is left out: all services do. */
export function readFlow(tree: Tree, services: readonly AnyService[]): readonly EventFlow[] {
  const listeners = services.flatMap((service) => [
    ...listenersOf(tree, service, "hears"),
    ...listenersOf(tree, service, "watches"),
  ]);
  return services.flatMap(({ name, publishes = [] }) => {
    const own = publishes.filter((kind) => kind !== discrepanciesFoundBy(name)) as readonly EventKind[];
    return own.map((kind) => ({
      kind,
      type: eventType(kind),
      madeIn: makersOf(tree, kind),
      listeners: listeners.filter(({ type }) => type === eventType(kind)),
    }));
  });
}

function makersOf(tree: Tree, { service, name }: EventKind): readonly string[] {
  return behavioursOf(tree, service).filter((file) =>
    usesOfFaces(tree, file, "events").some((use) => use.service === service && use.exported === name && !use.isType),
  );
}

/** The n-th `hear(…)` in the list of service.ts is the n-th that the service holds. */
function listenersOf(tree: Tree, service: AnyService, way: Listener["way"]): readonly (Listener & { type: string })[] {
  const held = service[way] ?? [];
  const folder = rowFolders(tree).find((one) => one.endsWith(`/${service.name}`))!;
  const files = handlersIn(tree.source(`${folder}/service.ts`), way);
  if (files.length !== held.length)
    throw new Error(`${folder}/service.ts lists \`${way}\` in no way that can be read.`);
  return held.map(({ kind }, index) => ({
    type: eventType(kind),
    service: service.name,
    way,
    file: `${folder}/${files[index]}`,
  }));
}

function handlersIn(source: ts.SourceFile, way: string): readonly string[] {
  const files = new Map<string, string>();
  const found: string[] = [];
  walk(source, (node) => {
    if (ts.isImportSpecifier(node)) {
      const { moduleSpecifier } = node.parent.parent.parent;
      if (ts.isStringLiteral(moduleSpecifier)) files.set(node.name.text, moduleSpecifier.text.replace(/^\.\//, ""));
    }
    if (!ts.isCallExpression(node) || node.expression.getText() !== "hear") return;
    const list = node.parent.parent;
    if (!ts.isPropertyAssignment(list) || list.name.getText() !== way) return;
    found.push(files.get(node.arguments[1]?.getText() ?? "") ?? "service.ts");
  });
  return found;
}
