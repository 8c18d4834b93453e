import type { FastifyReply, FastifyRequest } from "fastify";
import type { WebAnswer, WebPage } from "../service.ts";
import { compress, encodingFor, isCompressible } from "./compress.ts";
import { encodedEtag, etagOf, isKnown } from "./etag.ts";
import { ABOUT_BYTES } from "./shared-answers.ts";

/** A page's answer as it is sent. */
export type PreparedPage = {
  readonly status: number;
  /** All but the validator; names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly etag: string | undefined;
  readonly bytes: Uint8Array;
  /** It is the same for everybody, and caches may keep it. */
  readonly isShared: boolean;
};

const HTML = "text/html";
// Runs nothing, looks as it says itself, sends its forms here.
const HTML_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Completes what a page answers: caching, validator, policy, and the encoding that the client wants most. */
export async function preparePage(
  page: WebPage,
  answer: WebAnswer,
  accepted: string | undefined,
): Promise<PreparedPage> {
  const { status = 200, contentType = `${HTML}; charset=utf-8`, body = "" } = answer;
  const { etag: told, ...own } = lowerCased(answer.headers ?? {});
  const isOfOne = own["set-cookie"] !== undefined || own["cache-control"] !== undefined;
  const isShared = page.cacheSeconds !== undefined && page.method === "GET" && status === 200 && !isOfOne;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const etag = textOf(told) ?? (isShared ? etagOf(bytes) : undefined);
  const plain = {
    "content-type": contentType,
    ...(contentType.startsWith(HTML) ? { "content-security-policy": HTML_POLICY } : {}),
    "cache-control": isShared ? cachingOf(page) : "no-store",
    ...own,
  };
  if (own["content-encoding"] !== undefined || !isCompressible(contentType, bytes.length))
    return { status, headers: plain, etag, bytes, isShared };
  const encoding = encodingFor(accepted);
  const headers = { ...plain, vary: withEncoding(textOf(own["vary"])) };
  if (encoding === "identity") return { status, headers, etag, bytes, isShared };
  return {
    status,
    headers: { ...headers, "content-encoding": encoding },
    etag: etag === undefined ? undefined : encodedEtag(etag, encoding),
    bytes: await compress(bytes, encoding),
    isShared,
  };
}

/** Sends a page, or that the client's own copy of it is still good. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, page: PreparedPage): FastifyReply {
  const { status, headers, etag, bytes } = page;
  const isRead = request.method === "GET" || request.method === "HEAD";
  const isUnchanged = isRead && status === 200 && etag !== undefined && isKnown(etag, request.headers["if-none-match"]);
  if (etag !== undefined) reply.header("etag", etag);
  for (const [name, value] of Object.entries(headers))
    if (!isUnchanged || !ABOUT_BYTES.has(name)) reply.header(name, value);
  return isUnchanged ? reply.code(304).send() : reply.code(status).send(bytes);
}

/** What a page that is the same for everybody tells caches. */
function cachingOf({ cacheSeconds, staleSeconds }: WebPage): string {
  const stale = staleSeconds === undefined ? "" : `, stale-while-revalidate=${staleSeconds}`;
  return `public, max-age=${cacheSeconds}${stale}`;
}

function withEncoding(vary: string | undefined): string {
  if (vary === undefined) return "accept-encoding";
  return /\baccept-encoding\b|\*/i.test(vary) ? vary : `${vary}, accept-encoding`;
}

function lowerCased(headers: NonNullable<WebAnswer["headers"]>): Record<string, string | readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : value.join(", ");
}
