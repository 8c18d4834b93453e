import Type from "typebox";
import { expect, test } from "vitest";
import { defineContract, type Operation } from "#kernel/contract";
import { defineRefusals, refuse as general } from "#kernel/refusal";
import { mountApiDocs } from "./api-docs.ts";
import { createServer } from "./http.ts";
import { createLog } from "./log.ts";

const refuse = defineRefusals({ SOLD_OUT: { status: 409, title: "Sold out.", advice: "Come again." } });
const stock = defineContract("stock", {
  find: {
    method: "GET",
    path: "/stock",
    access: "anyone",
    summary: "Finds.",
    input: Type.Object({}),
    output: Type.Object({}),
    refuses: [refuse.SOLD_OUT],
  },
});

function docs() {
  const app = createServer(createLog({ level: "error", write: () => {} }));
  mountApiDocs(app, Object.values(stock) as Operation[], "/api/v1");
  return app;
}

test("the description of the API is served as JSON", async () => {
  const answer = await docs().inject("/api/openapi.json");
  expect(answer.headers["content-type"]).toContain("application/json");
  expect(Object.keys(answer.json().paths)).toEqual(["/api/v1/stock"]);
});

test("the page to read it loads nothing from elsewhere, and everything it loads is there", async () => {
  const app = docs();
  const page = await app.inject("/api/docs");
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
  expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
  const loaded = [...page.body.matchAll(/(?:src|spec-url)="([^"]+)"/g)].map((match) => match[1]!);
  expect(loaded).toHaveLength(2);
  for (const path of loaded) expect((await app.inject(path)).statusCode, path).toBe(200);
});

test("every code that may be answered is explained where a problem's `type` points", async () => {
  const { body } = await docs().inject("/api/docs/problems");
  for (const code of ["SOLD_OUT", "INTERNAL", ...Object.keys(general)]) expect(body).toContain(`id="${code}"`);
  expect(body).toContain("<td>Sold out.</td><td>Come again.</td>");
});
