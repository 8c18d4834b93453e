import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Ctx } from "../ctx.ts";
import type { WebAnswer, WebPage, WebRequest } from "../service.ts";
import type { RouteWatch } from "../telemetry/exchange.ts";
import { cookiesOf } from "./cookies.ts";

export type PageMounting = {
  contextFor(request: FastifyRequest): Ctx;
  /** Measures and traces the requests of a route. */
  watch?(method: string, path: string): RouteWatch;
};

/** Serves pages and files of services. */
export function mountPages(app: FastifyInstance, pages: readonly WebPage[], mounting: PageMounting): void {
  for (const page of pages) {
    app.route({
      method: page.method,
      url: page.path,
      ...mounting.watch?.(page.method, page.path),
      handler: async (request, reply) =>
        sendPage(reply, await page.handle(requestOf(request), mounting.contextFor(request))),
    });
  }
}

function requestOf(request: FastifyRequest): WebRequest {
  const { url, headers } = request;
  const at = url.indexOf("?");
  const search = new URLSearchParams(at < 0 ? "" : url.slice(at));
  return {
    parameters: request.params as Record<string, string>,
    query: firstOfEach(search),
    search,
    url,
    cookies: cookiesOf(headers.cookie),
    form: request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {},
    headers: headers as Record<string, string | undefined>,
  };
}

function firstOfEach(search: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...search].toReversed());
}

const HTML = "text/html";
// Runs nothing, looks as it says itself, sends its forms here.
const HTML_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

function sendPage(reply: FastifyReply, answer: WebAnswer): FastifyReply {
  const contentType = answer.contentType ?? `${HTML}; charset=utf-8`;
  reply.code(answer.status ?? 200).header("content-type", contentType);
  if (contentType.startsWith(HTML)) reply.header("content-security-policy", HTML_POLICY);
  reply.headers({ "cache-control": "no-store", ...answer.headers } as Record<string, string | string[]>);
  return reply.send(answer.body ?? "");
}
