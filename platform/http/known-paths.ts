import type { FastifyInstance } from "fastify";

/** The paths that a server has, to tell "nothing here" from "not by this method". */
export type KnownPaths = {
  /** Methods of a path, in the order of the alphabet; none when there is no such path. */
  methodsOf(url: string): readonly string[];
};

/** Marks a route whose path must not be told to whoever asks by another method. */
export type RouteConfig = { readonly isHidden?: boolean };

/** Notes every route that is added from now on. */
export function watchPaths(app: FastifyInstance): KnownPaths {
  const known = new Map<string, { readonly shape: RegExp; readonly methods: Set<string> }>();
  app.addHook("onRoute", (route) => {
    if ((route.config as RouteConfig | undefined)?.isHidden === true) return;
    const path = known.get(route.url) ?? { shape: shapeOf(route.url), methods: new Set<string>() };
    known.set(route.url, path);
    for (const method of [route.method].flat()) path.methods.add(method);
  });
  return {
    methodsOf(url) {
      const path = url.split("?", 1)[0]!;
      const fitting = [...known.values()].filter(({ shape }) => shape.test(path));
      return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].toSorted();
    },
  };
}

/** `/orders/:orderId/lines` → one part of any text between the slashes, as long as the router takes it. */
function shapeOf(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part) => {
    if (part.startsWith(":")) return "[^/]{1,512}";
    return part === "*" ? ".*" : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join("")}$`);
}
