import type { WebRequest } from "#platform/service";

/** Claims that a form was sent by one of our own pages (OWASP: Fetch Metadata, else Origin). Browsers that send neither are let in:
 *  there SameSite=Lax keeps the session away from other sites' forms. */
export function isFromOurPages({ headers }: WebRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = headers["origin"];
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === headers["host"];
}
