import type { WebPage, WebRequest } from "#platform/service";
import { openVisit } from "./shop-page.ts";
import { showProblem } from "./show-problem.ts";

/** What a browser sees at addresses that lead nowhere. */
export const notFoundPage: WebPage = {
  method: "GET",
  path: "/*",
  port: "public",
  summary: "Nothing is here",
  handle: async (request, ctx) => {
    const [path = "", query] = request.url.split("?", 2);
    // No page ends so, but people and other sites write it. Whatever comes first, the way stays within the shop.
    if (/[^/\\]\/+$/.test(path))
      return {
        status: 301,
        headers: { location: `/${path.replaceAll(/^[/\\]+|\/+$/g, "")}${query === undefined ? "" : `?${query}`}` },
        body: "",
      };
    return showProblem(await openVisit(inItsPlace(request), ctx), 404);
  },
};

/** `/de/nowhere` is nowhere in German: its place is no parameter of this page. */
function inItsPlace(request: WebRequest): WebRequest {
  const [place = ""] = (request.parameters["*"] ?? "").split("/", 1);
  return { ...request, parameters: { ...request.parameters, place } };
}
