import type { FastifyRequest } from "fastify";
import type { WebRequest } from "../service.ts";
import { cookiesOf } from "./cookies.ts";
import { schemeOf } from "./shared-answers.ts";
import { withoutTracking } from "./tracking.ts";

/** What a page sees of a request. */
export function webRequestOf(request: FastifyRequest): WebRequest {
  const { headers } = request;
  return {
    ...ofAddress(request.url),
    parameters: (request.params ?? {}) as Record<string, string>,
    cookies: cookiesOf(headers.cookie),
    form: request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {},
    headers: headers as Record<string, string | undefined>,
  };
}

function ofAddress(url: string): Pick<WebRequest, "url" | "query" | "search"> {
  const at = url.indexOf("?");
  const search = new URLSearchParams(at < 0 ? "" : url.slice(at));
  // Turned round, so that the first of a name is left.
  return { url, search, query: Object.fromEntries([...search].toReversed()) };
}

/** What of a request makes its address: all that a page which is the same for everybody may see. */
export function addressOnly(request: WebRequest): WebRequest {
  const { headers } = request;
  const url = withoutTracking(request.url);
  return {
    ...request,
    ...(url === request.url ? {} : ofAddress(url)),
    cookies: {},
    headers: { host: headers["host"], "x-forwarded-proto": schemeOf(headers) },
  };
}
