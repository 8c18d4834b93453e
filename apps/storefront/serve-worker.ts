import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "#kernel/refusal";
import type { WebAnswer, WebPage } from "#platform/service";
import { BUILD } from "./views.ts";

/** The service worker. Its address never changes, so browsers ask for it anew each time; at the root, all pages are its concern. */
export const workerPage: WebPage = {
  method: "GET",
  path: "/service-worker.js",
  port: "public",
  summary: "What keeps the shop readable without a network",
  handle: serveWorker,
};

let script: Promise<string | undefined> | undefined;

async function serveWorker(): Promise<WebAnswer> {
  const body = await (script ??= readFile(join(BUILD, "service-worker.js"), "utf8").catch(() => undefined));
  if (body === undefined) throw refuse.NOT_FOUND();
  return {
    contentType: "text/javascript; charset=utf-8",
    headers: {
      "cache-control": "no-cache",
      // It is what the worker itself may do, too: ask the shop.
      "content-security-policy": "default-src 'none'; connect-src 'self'",
    },
    body,
  };
}
