import type { WebRequest } from "#platform/service";

/** Claims that a form was sent by one of our own pages (OWASP: Fetch Metadata, else Origin). Browsers that send neither are let in:
 *  there SameSite=Lax keeps the session away from other sites' forms. */
export function isFromOurPages(request: WebRequest): boolean {
  const { headers } = request;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return headers["origin"] === undefined || formOrigin(request) !== undefined;
}

/** The origin that the browser says it sent one of our forms from: where the shopper's cookies are, whatever else leads to the shop.
 *  Undefined: it says none, or one that is not ours. */
export function formOrigin({ headers }: WebRequest): string | undefined {
  const { origin, host } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host ? origin : undefined;
}
