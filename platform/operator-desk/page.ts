import type { FastifyReply } from "fastify";
import { html, type Html } from "./html.ts";
import { STYLE } from "./style.ts";

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Sends a page of the desk: no script, nothing from elsewhere. */
export function sendPage(reply: FastifyReply, title: string, body: Html): FastifyReply {
  const page = html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title} · Tradepost operators</title>
      <style>
        ${STYLE}
      </style>
      <body>
        ${body}
      </body>
    </html>`;
  return reply
    .header("content-security-policy", POLICY)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(page.text);
}

/** The hue of the `index`th service on a page: neighbours are far apart. */
export function hueOf(index: number): number {
  return Math.round((255 + index * 137.5) % 360);
}
