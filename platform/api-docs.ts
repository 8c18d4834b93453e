import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import type { Operation } from "#kernel/contract";
import { refuse, type RefusalKind } from "#kernel/refusal";
import { openApi } from "./openapi.ts";

/** Serves the description of the API, a page to read and try it, and the list of problems. */
export function mountApiDocs(app: FastifyInstance, operations: readonly Operation[], prefix: string): void {
  const described = lazily(() => JSON.stringify(openApi(operations, prefix, "1.0.0")));
  app.get("/api/openapi.json", async (_, reply) =>
    reply.header("cache-control", "public, max-age=60").type("application/json").send(described()),
  );
  app.get("/api/docs", async (_, reply) => page(reply, READER, `script-src 'self'`));
  app.get("/api/docs/problems", async (_, reply) => page(reply, problemsPage(operations), ""));
  app.get("/api/docs/reader.js", async (_, reply) => {
    const file = fileURLToPath(import.meta.resolve("rapidoc/dist/rapidoc-min.js"));
    return reply
      .header("cache-control", "public, max-age=86400")
      .type("text/javascript")
      .send(await readFile(file));
  });
}

function page(reply: { header(name: string, value: string): any }, html: string, scripts: string): unknown {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    scripts,
  ];
  return reply
    .header("content-security-policy", policy.filter(Boolean).join("; "))
    .header("content-type", "text/html; charset=utf-8")
    .send(html);
}

const READER = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Tradepost API</title><script type="module" src="/api/docs/reader.js"></script>
<style>body{margin:0}rapi-doc{--font-regular:system-ui,sans-serif;--font-mono:ui-monospace,monospace}</style></head>
<body><rapi-doc spec-url="/api/openapi.json" render-style="focused" schema-style="table" theme="light" bg-color="#fbfaf7" text-color="#2b2a27" nav-bg-color="#22302b"
 nav-text-color="#e6e3da" nav-accent-color="#e0a458" primary-color="#2f6f5e" header-color="#22302b" load-fonts="false" show-header="false" use-path-in-nav-bar="false" show-method-in-nav-bar="as-colored-block"
 regular-font="system-ui, sans-serif" mono-font="ui-monospace, Menlo, monospace" allow-spec-file-load="false" allow-spec-url-load="false" allow-server-selection="false" persist-auth="true" sort-tags="true">
</rapi-doc></body></html>`;

/** What is answered for a fault of ours; no refusal, but its `type` leads to the page, too. */
const FAULT = {
  code: "INTERNAL",
  spec: {
    status: 500,
    title: "Something went wrong on our side.",
    advice: "Tell the operators the requestId; a repeat with the same Idempotency-Key or id is safe.",
  },
} as const;

/** Every code that the API may answer, for people who follow a problem's \`type\`. */
function problemsPage(operations: readonly Operation[]): string {
  const kinds = new Map<string, RefusalKind>(Object.entries(refuse) as [string, RefusalKind][]);
  for (const operation of operations) for (const kind of operation.refuses ?? []) kinds.set(kind.code, kind);
  const rows = [...kinds.values(), FAULT]
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .map(
      ({ code, spec }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${spec.status}</td><td>${spec.title}</td><td>${spec.advice}</td></tr>`,
    );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Problems of the Tradepost API</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}td,th{padding:.35rem .75rem .35rem 0;text-align:left;vertical-align:top;border-top:1px solid #8884}table{border-collapse:collapse;width:100%}:target{background:#e0a45833}</style></head>
<body><h1>Problems</h1><p>Every error of the API carries one of these codes. <a href="/api/docs">Back to the API</a></p><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th>What to do</th></tr></thead><tbody>${rows.join("")}</tbody></table></body></html>`;
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
