import type { FastifyRequest } from "fastify";
import type { PageHandler } from "./pages.ts";
import { prefersHtml } from "./preferences.ts";

/** What answers browsers where no route does. */
export type Fallback = {
  /** What the addresses of operations begin with: there nobody is a browser. */
  readonly outsideOf: string | undefined;
  readonly answer: PageHandler;
};

/** Claims that a fallback is to answer: somebody wants a page to look at, outside of the API. */
export function isForFallback({ method, url, headers }: FastifyRequest, { outsideOf }: Fallback): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  return prefersHtml(headers.accept) && (outsideOf === undefined || !url.startsWith(outsideOf));
}
