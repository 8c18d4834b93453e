import type { Ctx } from "#platform/ctx";
import type { WebAnswer, WebRequest } from "#platform/service";
import { escape } from "./model/mail.ts";
import { findMessage, listMessageRows, type MessageRow } from "./store.ts";

const SHOWN = 100;

/** The mails of this shop, newest first: what shoppers got, or would have got. */
export async function showInbox(_request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  const messages = await listMessageRows(ctx.db, { orderId: undefined, before: undefined, limit: SHOWN });
  const rows = messages.map(
    (message) =>
      `<li><a href="/mail/${message.id}"><span class="subject">${escape(message.subject)}</span><span class="to">${escape(message.recipient)}</span><time>${at(message)}</time><span class="state ${message.state}">${message.state}</span></a></li>`,
  );
  const list =
    rows.length === 0 ? "<p>No mail yet. Buy something: <code>npm run demo</code></p>" : `<ul>${rows.join("")}</ul>`;
  return { body: frame("Mail inbox", `<h1>Mail inbox</h1>${list}`) };
}

/** One mail: as a mail program would show it, and as plain text. */
export async function showMail(request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  const message = await findMail(request, ctx);
  if (message === undefined) return notThere();
  const body = `<p><a href="/mail">← Inbox</a></p><h1>${escape(message.subject)}</h1><p>To ${escape(message.recipient)}, ${at(message)}, ${message.state}</p>
<iframe title="The mail as HTML" sandbox src="/mail/${message.id}/html"></iframe><details><summary>Plain text</summary><pre>${escape(message.plain)}</pre></details>`;
  return {
    body: frame(message.subject, body),
    headers: {
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'",
    },
  };
}

/** The HTML part alone, shown in a frame that may run nothing. */
export async function showMailHtml(request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  const message = await findMail(request, ctx);
  if (message === undefined) return notThere();
  return {
    body: message.html,
    headers: {
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
      "x-frame-options": "SAMEORIGIN",
    },
  };
}

async function findMail(request: WebRequest, ctx: Ctx): Promise<MessageRow | undefined> {
  const id = request.parameters["messageId"] ?? "";
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? findMessage(ctx.db, id) : undefined;
}

function notThere(): WebAnswer {
  return {
    status: 404,
    body: frame("No such mail", '<h1>No such mail</h1><p><a href="/mail">Back to the inbox</a></p>'),
  };
}

function at(message: Pick<MessageRow, "created_at">): string {
  return message.created_at.toISOString().slice(0, 16).replace("T", " ");
}

function frame(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.55 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}h1{line-height:1.2}ul{list-style:none;padding:0}li a{display:grid;grid-template-columns:1fr auto auto;gap:.25rem 1rem;padding:.75rem 0;border-top:1px solid #8884;color:inherit;text-decoration:none}
li a:hover .subject{text-decoration:underline}.subject{font-weight:600}.to{grid-column:1;grid-row:2;opacity:.75;overflow-wrap:anywhere}time{opacity:.75}.state{padding:0 .5rem;border-radius:1rem;background:#8883}.failed{background:#b3261e;color:#fff}.sent{background:#2f6f5e;color:#fff}
iframe{width:100%;height:70vh;border:1px solid #8884;border-radius:8px;background:#fff}pre{white-space:pre-wrap}</style></head><body>${body}</body></html>`;
}
