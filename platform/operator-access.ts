import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { defineRefusals } from "#kernel/refusal";

/** What the operators' port refuses before anything else. */
export const refuse = defineRefusals({
  HOST_NOT_ALLOWED: {
    status: 403,
    title: "Ask by localhost, by an IP address, or by a name that the setting OPS_ALLOWED_HOSTS lists.",
    advice: "Ask by localhost or an IP address, or add the name to OPS_ALLOWED_HOSTS and restart.",
  },
  FOREIGN_SITE: {
    status: 403,
    title: "A page of another site may not do this.",
    advice: "Press the button on the operators' own page, or send the request without a browser.",
  },
});

/** Guards the operators' port, which asks for no password, against pages in an operator's browser. Only a name that nobody else can
 *  point here may be asked for: else a page of theirs could point its own name here and read our answers (DNS rebinding). And no
 *  page of another site may press our buttons, by script or by form. Refuses HOST_NOT_ALLOWED, FOREIGN_SITE. */
export function guardOperators(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const { host, origin, "sec-fetch-site": site, "content-type": type } = request.headers;
  if (!isAllowed(host, allowedHosts)) throw refuse.HOST_NOT_ALLOWED();
  if (request.method === "GET" || request.method === "HEAD") return;
  const isForeign = site === "cross-site" || site === "same-site";
  // A browser that tells neither of a form that it sends may have it from anywhere; what is no browser sends JSON.
  const isUntold = origin === undefined && site === undefined && type !== undefined && FORMS.test(type);
  if (isForeign || isUntold || (origin !== undefined && !isSameHost(origin, host!))) throw refuse.FOREIGN_SITE();
}

const FORMS = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)/i;

function isAllowed(host: string | undefined, allowedHosts: readonly string[]): boolean {
  const url = host === undefined || !HOST.test(host) ? null : URL.parse(`http://${host}`);
  if (url === null) return false;
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || isIP(name) !== 0 || allowedHosts.includes(name);
}

// `name`, `name:port` or `[IPv6]:port`, and nothing that a URL reads as something else.
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

/** The port that the scheme of the origin implies counts as told. */
function isSameHost(origin: string, host: string): boolean {
  const page = URL.parse(origin);
  return page !== null && page.host !== "" && page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}
