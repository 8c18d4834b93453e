import { refuse } from "#kernel/refusal";
import type { WebAnswer } from "#platform/service";
import { frameOf } from "./frame.ts";
import { htmlAnswer, type Visit } from "./shop-page.ts";
import type { Texts } from "./texts.ts";
import { loadViews } from "./views.ts";

/** A page of nothing but words: about us, delivery, privacy, terms. */
export async function showText(visit: Visit): Promise<WebAnswer> {
  const { texts, request } = visit;
  const name = request.parameters["page"] ?? "";
  if (!Object.hasOwn(texts.pages, name)) throw refuse.NOT_FOUND();
  const { title, text } = texts.pages[name as keyof Texts["pages"]];
  const { textHtml } = await loadViews();
  return htmlAnswer(textHtml({ frame: await frameOf(visit), title, paragraphs: text }));
}
