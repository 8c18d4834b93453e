import type { WebAnswer } from "#platform/service";
import { frameOf } from "./frame.ts";
import { pageHeaders } from "./page-headers.ts";
import type { Visit } from "./shop-page.ts";
import { loadViews } from "./views.ts";

/** A page that could not be shown, with a way on. Without its frame where even that cannot be made. */
export async function showProblem(visit: Visit | undefined, status: number): Promise<WebAnswer> {
  const headers = { ...pageHeaders(), "cache-control": "no-store", ...(status >= 500 ? { "retry-after": "30" } : {}) };
  const contentType = "text/html; charset=utf-8";
  const shown = status >= 500 ? 503 : status;
  try {
    if (visit === undefined) throw new Error("nothing is known of the visit");
    const { texts, href } = visit;
    const { title, text } = status === 403 ? texts.forbidden : status >= 500 ? texts.unavailable : texts.notFound;
    const { textHtml } = await loadViews();
    const action = { href: href("/"), text: texts.goHome };
    const body = textHtml({ frame: await frameOf(visit), title, paragraphs: [text], action, isListed: false });
    return { status: shown, contentType, headers, body };
  } catch {
    return { status: shown, contentType, headers, body: BARE };
  }
}

const BARE = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>One moment, please</title><h1>One moment, please</h1><p>The shop cannot show this page just now. Nothing is lost; please try again in a minute.</p></html>`;
