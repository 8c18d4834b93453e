import type { TestShop } from "#platform/testing";
import type { WebAnswer, WebPage } from "#platform/service";
import { service } from "./service.ts";

/** What a browser without scripts does with the pages: it keeps cookies, sends forms, follows redirects. */
export type TestBrowser = {
  /** Reads a page, and what it leads to. */
  open(url: string): Promise<Seen>;
  /** Sends a form as one of our own pages does. */
  send(url: string, form: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  /** As `send`, without going where the answer leads. */
  post(
    url: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<WebAnswer>;
  readonly cookies: Map<string, string>;
};
export type Seen = { readonly url: string; readonly status: number; readonly html: string; readonly answer: WebAnswer };

const OURS = { "sec-fetch-site": "same-origin", origin: "https://shop.test" };

export function openTestBrowser(shop: TestShop): TestBrowser {
  const cookies = new Map<string, string>();
  const ask = async (method: WebPage["method"], url: string, form = {}, headers = {}): Promise<WebAnswer> => {
    const { page, parameters } = findPage(method, new URL(url, "http://shop.test").pathname);
    const { search, searchParams } = new URL(url, "http://shop.test");
    const answer = await page.handle(
      {
        parameters,
        query: Object.fromEntries(searchParams),
        search: new URLSearchParams(search),
        url,
        form,
        headers: { host: "shop.test", ...headers },
        cookies: Object.fromEntries(cookies),
      },
      shop.context("storefront", { actor: { kind: "anonymous" } }),
    );
    for (const cookie of [answer.headers?.["set-cookie"] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      cookies.set(name!, value!);
    }
    return answer;
  };
  const follow = async (url: string, answer: WebAnswer): Promise<Seen> => {
    const to = answer.headers?.["location"];
    if (typeof to === "string") return follow(to, await ask("GET", to));
    return seenOf(url, answer);
  };
  return {
    cookies,
    open: async (url) => follow(url, await ask("GET", url)),
    post: (url, form, headers = OURS) => ask("POST", url, form, headers),
    send: async (url, form, headers = OURS) => follow(url, await ask("POST", url, form, headers)),
  };
}

function seenOf(url: string, answer: WebAnswer): Seen {
  return { url, status: answer.status ?? 200, html: String(answer.body ?? ""), answer };
}

/** The page at a path, as the server's router finds it: what is named goes before what is a parameter. */
function findPage(method: string, path: string) {
  const found = service
    .pages!.filter((page) => page.method === method)
    .map((page) => ({ page, parameters: parametersOf(page.path, path) }))
    .filter((one) => one.parameters !== undefined)
    .toSorted((a, b) => wildness(a.page.path) - wildness(b.page.path));
  return found[0] as { page: WebPage; parameters: Record<string, string> };
}

function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const source = pattern.replaceAll(/:(\w+)|\*/g, (_, name: string | undefined) => {
    names.push(name ?? "*");
    return name === undefined ? "(.+)" : "([^/]+)";
  });
  const match = new RegExp(`^${source}$`).exec(path);
  return match === null
    ? undefined
    : Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1]!)]));
}

function wildness(path: string): number {
  return path.split("/").filter((part) => part.startsWith(":")).length + (path.includes("*") ? 10 : 0);
}
