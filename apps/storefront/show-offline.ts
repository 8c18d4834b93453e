import type { WebAnswer } from "#platform/service";
import { frameOf } from "./frame.ts";
import { htmlAnswer, type Visit } from "./shop-page.ts";
import { loadViews } from "./views.ts";

/** What the service worker shows where there is no network. */
export async function showOffline(visit: Visit): Promise<WebAnswer> {
  const { title, text } = visit.texts.offline;
  const { textHtml } = await loadViews();
  return htmlAnswer(textHtml({ frame: await frameOf(visit), title, paragraphs: [text], isListed: false }));
}
