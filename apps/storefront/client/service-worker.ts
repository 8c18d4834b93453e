/// <reference lib="webworker" />
import { isOfflinePage, mayKeep, offlinePagesFor, wayOf } from "./offline-rules.ts";

// What keeps the shop readable without a network. `build.ts` says which files it has at once, and makes it another worker when they change.
declare const BUILT_FILES: readonly string[];
declare const BUILT_VERSION: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
/** Pages and the files that they need; they go together with the next build. */
const SHOP = `shop-${BUILT_VERSION}`;
/** Names of pictures never change their bytes. */
const PICTURES = "pictures";
const MOST_PAGES = 30;
const MOST_PICTURES = 120;

worker.addEventListener("install", (event) => {
  event.waitUntil(fillShop());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const way = wayOf(request, worker.location.origin);
  if (way === "page") event.respondWith(answerPage(event));
  if (way === "file") event.respondWith(answerFile(event, SHOP));
  if (way === "picture") event.respondWith(answerFile(event, PICTURES, MOST_PICTURES));
});

// A page tells where the offline page in its language is: no worker knows the shop's languages.
worker.addEventListener("message", (event) => {
  if (isOfflinePage(event.data)) event.waitUntil(keepOfflinePage(event.data));
});

async function fillShop(): Promise<void> {
  const cache = await caches.open(SHOP);
  await cache.addAll([...BUILT_FILES, "/offline"]);
  await worker.skipWaiting();
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHOP && name !== PICTURES).map((name) => caches.delete(name)));
  // Else every page would wait until the worker has started.
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

async function keepOfflinePage(path: string): Promise<void> {
  const cache = await caches.open(SHOP);
  if ((await cache.match(path)) === undefined) await cache.add(path);
}

/** From the network; what was kept of it, or the offline page, only when there is none. */
async function answerPage(event: FetchEvent): Promise<Response> {
  const { request } = event;
  try {
    const answer = ((await event.preloadResponse) as Response | undefined) ?? (await fetch(request));
    if (mayKeep(request.url, answer)) event.waitUntil(keep(request, answer.clone(), SHOP, isPage, MOST_PAGES));
    return answer;
  } catch (error) {
    const cache = await caches.open(SHOP);
    for (const kept of [request, ...offlinePagesFor(request.url)]) {
      const found = await cache.match(kept, { ignoreVary: true });
      if (found !== undefined) return found;
    }
    throw error;
  }
}

/** Whatever has this name has these bytes: what is kept is as good as new. */
async function answerFile(event: FetchEvent, name: string, most?: number): Promise<Response> {
  const { request } = event;
  const kept = await caches.match(request, { cacheName: name });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (mayKeep(request.url, answer)) event.waitUntil(keep(request, answer.clone(), name, () => true, most));
  return answer;
}

function isPage({ url }: Request): boolean {
  const { pathname } = new URL(url);
  return !pathname.startsWith("/assets/") && !isOfflinePage(pathname) && pathname !== "/favicon.svg";
}

/** Keeps an answer, and of its kind the newest ones only. */
async function keep(
  request: Request,
  answer: Response,
  name: string,
  isOfKind: (request: Request) => boolean,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  const cache = await caches.open(name);
  await cache.put(request, answer);
  const kept = (await cache.keys()).filter(isOfKind); // the oldest first
  await Promise.all(kept.slice(0, Math.max(0, kept.length - most)).map((old) => cache.delete(old)));
}
