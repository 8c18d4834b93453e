/** What the service worker does with a request: `page` and `picture` as their names say, `file` for what was built, `leave` as if there
 *  were no worker. */
export type Way = "leave" | "page" | "picture" | "file";

export type Asked = { readonly method: string; readonly mode: string; readonly url: string };
export type Answered = {
  readonly status: number;
  readonly redirected: boolean;
  readonly headers: { get(name: string): string | null };
};

const PERSONAL = /^(?:\/[\w-]+)?\/(?:cart|checkout|orders)(?:\/|$)/;

/** Nothing that changes something, is of another site or is the API's concerns the worker. */
export function wayOf({ method, mode, url }: Asked, shop: string): Way {
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== shop || pathname.startsWith("/api/")) return "leave";
  if (mode === "navigate") return "page";
  if (pathname.startsWith("/assets/")) return "file";
  return /^\/(?:images|pictures)\//.test(pathname) ? "picture" : "leave";
}

/** Claims that an answer is everybody's. A worker sees no Set-Cookie, so only what the shop itself calls public is: what sets a cookie
 *  is `no-store`. */
export function mayKeep(url: string, { status, redirected, headers }: Answered): boolean {
  const caching = headers.get("cache-control") ?? "";
  const isPublic = /\bpublic\b/.test(caching) && !/\b(?:no-store|private)\b/.test(caching);
  return status === 200 && !redirected && isPublic && !PERSONAL.test(new URL(url).pathname);
}

/** Where the page for times without a network may be, the best first: in the language of the page that was asked for, then in the shop's own. */
export function offlinePagesFor(url: string): readonly string[] {
  const [first] = new URL(url).pathname.slice(1).split("/");
  return [`/${first}/offline`, "/offline"];
}

/** Claims that a path is such a page. */
export function isOfflinePage(path: unknown): path is string {
  return typeof path === "string" && /^(?:\/[\w-]+)?\/offline$/.test(path);
}
