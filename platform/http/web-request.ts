import type { FastifyRequest } from "fastify";
import type { WebRequest } from "../service.ts";
import { cookiesOf } from "./cookies.ts";
import { schemeOf } from "./shared-answers.ts";

/** What a page sees of a request. */
export function webRequestOf(request: FastifyRequest): WebRequest {
  const { url, headers } = request;
  const at = url.indexOf("?");
  const search = new URLSearchParams(at < 0 ? "" : url.slice(at));
  return {
    parameters: (request.params ?? {}) as Record<string, string>,
    query: Object.fromEntries([...search].toReversed()), // so that the first of a name is left
    search,
    url,
    cookies: cookiesOf(headers.cookie),
    form: request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {},
    headers: headers as Record<string, string | undefined>,
  };
}

/** What of a request makes its address: all that a page which is the same for everybody may see. */
export function addressOnly(request: WebRequest): WebRequest {
  const { headers } = request;
  return {
    ...request,
    cookies: {},
    headers: { host: headers["host"], "x-forwarded-proto": schemeOf(headers) },
  };
}
