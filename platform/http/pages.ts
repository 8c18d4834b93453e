import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PublicPage } from "#kernel/contract";
import { refuse } from "#kernel/refusal";
import type { Ctx } from "../ctx.ts";
import type { WebPage } from "../service.ts";
import type { RouteWatch } from "../telemetry/exchange.ts";
import { preparePage, sendPage, type PreparedPage } from "./prepare-page.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import type { Sharing } from "./shared-answers.ts";
import { addressOnly, webRequestOf } from "./web-request.ts";

export type PageMounting = {
  contextFor(request: FastifyRequest): Ctx;
  /** Measures and traces the requests of a route. */
  watch?(method: string, path: string): RouteWatch;
  /** What the addresses of operations begin with: none of them is a page, whatever a page's parameters would take. */
  readonly outsideOf?: string | undefined;
  /** Where pages that are the same for everybody are kept, and whose they are. */
  readonly sharing?: Sharing<WebPage> | undefined;
};

/** Answers a request with a page. */
export type PageHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Claims that a page is no route, but answers what no route does. */
export function isFallback({ method, path }: PublicPage): boolean {
  return method === "GET" && path === "/*";
}

/** Serves pages and files of services, but for a fallback. */
export function mountPages(app: FastifyInstance, pages: readonly WebPage[], mounting: PageMounting): void {
  for (const page of pages) {
    if (isFallback(page)) continue;
    app.route({
      method: page.method,
      url: page.path,
      ...mounting.watch?.(page.method, page.path),
      handler: pageHandler(page, mounting),
    });
  }
}

/** What answers requests for a page. */
export function pageHandler(page: WebPage, mounting: PageMounting): PageHandler {
  const make: Make = async (request) => {
    const whole = webRequestOf(request);
    const seen = page.cacheSeconds === undefined ? whole : addressOnly(whole);
    const answer = await page.handle(seen, mounting.contextFor(request));
    const status = answer.status ?? (isFallback(page) ? 404 : 200);
    return preparePage(page, { ...answer, status }, request.headers["accept-encoding"]);
  };
  const isShared = page.cacheSeconds !== undefined && mounting.sharing !== undefined;
  const get = isShared ? sharedMaker(page, mounting.sharing!, make) : make;
  return async (request, reply) => {
    if (mounting.outsideOf !== undefined && request.url.startsWith(mounting.outsideOf)) throw refuse.NOT_FOUND();
    return sendPage(request, reply, await get(request));
  };
}

type Make = (request: FastifyRequest) => Promise<PreparedPage>;
type Flight = { readonly generation: number | undefined; readonly result: Promise<PreparedPage> };

/** Makes a page that is the same for everybody once for all who wait for it, and keeps it. */
function sharedMaker(page: WebPage, { answers, sourceOf }: Sharing<WebPage>, make: Make): Make {
  const source = sourceOf(page);
  const flights = new Map<string, Flight>();
  return async (request) => {
    const basis = answers.basisOf(request.raw, source);
    if (basis === undefined) return make(request);
    const { key, generation } = basis;
    const flight = flights.get(key);
    if (flight !== undefined && flight.generation === generation) {
      const made = await flight.result;
      // A cookie is for the one who is given it.
      return made.headers["set-cookie"] === undefined ? made : make(request);
    }
    const result = make(request);
    flights.set(key, { generation, result });
    try {
      const made = await result;
      const { bytes, etag } = made;
      const headers = { ...SECURITY_HEADERS, ...made.headers };
      if (made.isShared) answers.keep(basis, { source, bytes, etag, headers, cacheSeconds: page.cacheSeconds! });
      return made;
    } finally {
      if (flights.get(key)?.result === result) flights.delete(key);
    }
  };
}
