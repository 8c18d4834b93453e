import type { Input, Operation, Output } from "#kernel/contract";
import { Refusal } from "#kernel/refusal";
import { catalog } from "#catalog/contract";
import type { CallOptions, Ctx } from "#platform/ctx";
import type { WebAnswer, WebPage, WebRequest } from "#platform/service";
import { belowPlace } from "./contract.ts";
import { isFromOurPages } from "./same-origin.ts";
import { hrefIn, readPlaces, type ShopPlace } from "./places.ts";
import { pageHeaders } from "./page-headers.ts";
import { showProblem } from "./show-problem.ts";
import { textsIn, type Texts } from "./texts.ts";
import { isFromBuild } from "./views.ts";

export type Category = Output<typeof catalog.listCategories>["items"][number];

/** A request for a page of the shop: where, in which words, and how to ask the services for that place. */
export type Visit = {
  readonly ctx: Ctx;
  readonly request: WebRequest;
  readonly place: ShopPlace;
  readonly places: readonly ShopPlace[];
  readonly texts: Texts;
  /** The path of the page without its place: `/cart`. */
  readonly path: string;
  /** The address of another page in the same place. */
  href(path: string): string;
  /** The category tree: the frame shows its top, pages what they need of it. */
  categories(): Promise<readonly Category[]>;
  /** Calls for the market and language of the page. */
  call<Op extends Operation>(operation: Op, input: Input<Op>, options?: CallOptions): Promise<Output<Op>>;
};

export type ShopPage = {
  readonly method: WebPage["method"];
  /** Without the place. */
  readonly path: string;
  readonly summary: string;
  /** The same for everybody: caches may keep it. */
  readonly isPublic?: boolean;
  show(visit: Visit): Promise<WebAnswer>;
};

const CACHED = { cacheSeconds: 60, staleSeconds: 3_600 };

/** A page of the shop at the root and below every other place. */
export function shopPage(page: ShopPage): readonly WebPage[] {
  const { method, path, summary, isPublic = false } = page;
  const shown = { method, summary, port: "public", ...(isPublic && isFromBuild() ? CACHED : {}) } as const;
  const handle: WebPage["handle"] = (request, ctx) => visit(page, request, ctx);
  return [
    { ...shown, path, handle },
    { ...shown, path: belowPlace(path), handle },
  ];
}

async function visit(page: ShopPage, request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  let seen: Visit | undefined;
  try {
    seen = await openVisit(request, ctx);
    if (seen.place.code !== (request.parameters["place"] ?? "")) return await showProblem(seen, 404);
    if (page.method === "POST" && !isFromOurPages(request)) return await showProblem(seen, 403);
    return await page.show(seen);
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    if (status >= 500) ctx.log.error({ err: error, path: request.url }, "a page could not be shown");
    return showProblem(seen, status);
  }
}

/** How long a page lies ready: what many pages show is not asked for more often. */
export const LIES_READY_MS = 5_000;

/** In the home place when the address names none that is there. */
export async function openVisit(request: WebRequest, ctx: Ctx): Promise<Visit> {
  const places = await readPlaces(ctx);
  const code = request.parameters["place"] ?? "";
  const place = places.find((one) => one.code === code) ?? places[0]!;
  const { market, locale, currency } = place;
  const [path] = request.url.split("?", 1);
  const call: Visit["call"] = (operation, input, options) =>
    ctx.call(operation, input, { market, locale, currency, ...options });
  return {
    ctx,
    request,
    place,
    places,
    texts: textsIn(locale),
    path: place.code === "" ? path! : path!.slice(place.code.length + 1) || "/",
    href: (to) => hrefIn(place, to),
    categories: () =>
      ctx.cache.read(`categories:${locale}`, {
        ttlMs: LIES_READY_MS,
        load: async () => ({ value: (await call(catalog.listCategories, {})).items }),
      }),
    call,
  };
}

/** An HTML answer. */
export function htmlAnswer(body: string, more: Pick<WebAnswer, "status" | "headers"> = {}): WebAnswer {
  return { ...more, contentType: "text/html; charset=utf-8", headers: { ...pageHeaders(), ...more.headers }, body };
}

/** Sends the browser on by GET: a reload repeats nothing. */
export function seeOther(location: string, headers: WebAnswer["headers"] = {}): WebAnswer {
  return { status: 303, headers: { ...headers, location }, body: "" };
}
