import type { WebRequest } from "./service.ts";

/** What a page sees of a request that tells this much and nothing else. */
export function webRequest(told: Partial<WebRequest> = {}): WebRequest {
  const search = told.search ?? new URLSearchParams();
  return { parameters: {}, query: {}, search, url: "/", cookies: {}, form: {}, headers: {}, ...told };
}
