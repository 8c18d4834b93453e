import type { FastifyRequest } from "fastify";
import { expect, test } from "vitest";
import type { Refusal } from "#kernel/refusal";
import { guardOperators } from "./operator-access.ts";

function outcome(method: string, headers: Record<string, string | undefined>): string {
  try {
    guardOperators({ method, headers } as unknown as FastifyRequest, ["desk.example"]);
    return "let in";
  } catch (error) {
    return (error as Refusal).code;
  }
}

test.each([
  "localhost",
  "LOCALHOST:8081",
  "127.0.0.1",
  "127.0.0.1:8081",
  "192.168.1.7:8081",
  "[::1]",
  "[fe80::1]:8081",
  "desk.example",
  "Desk.Example:443",
])("may be asked by %s", (host) => expect(outcome("GET", { host })).toBe("let in"));

test.each([
  undefined,
  "",
  "evil.example",
  "evil.example:8081",
  "localhost.evil.example",
  "localhost@evil.example",
  "evil.example/localhost",
  "evil.example?localhost",
  "localhost:8081:80",
  "127.0.0.1.evil.example",
  "[evil.example]",
  "notdesk.example",
  "a.desk.example",
])("may not be asked by %s", (host) => expect(outcome("GET", { host })).toBe("HOST_NOT_ALLOWED"));

test.each([
  ["localhost:8081", undefined],
  ["localhost:8081", "http://localhost:8081"],
  ["LOCALHOST:8081", "http://localhost:8081"],
  ["[::1]:8081", "http://[0:0::1]:8081"],
  ["desk.example", "https://desk.example"],
  ["desk.example:443", "https://desk.example"],
])("%s takes a form of %s", (host, origin) => expect(outcome("POST", { host, origin })).toBe("let in"));

test.each([
  ["localhost:8081", "http://localhost:3000"],
  ["localhost:8081", "http://127.0.0.1:8081"],
  ["localhost:8081", "http://evil.example"],
  ["localhost:8081", "null"],
  ["localhost:8081", ""],
  ["localhost", "file://"],
])("%s takes no form of %s", (host, origin) => {
  for (const method of ["POST", "DELETE", "OPTIONS"])
    expect(outcome(method, { host, origin }), method).toBe("FOREIGN_SITE");
  expect(outcome("GET", { host, origin })).toBe("let in");
});

test("takes no form that the browser calls foreign", () => {
  for (const site of ["cross-site", "same-site"])
    expect(outcome("POST", { host: "localhost", "sec-fetch-site": site })).toBe("FOREIGN_SITE");
  for (const site of ["same-origin", "none"])
    expect(outcome("POST", { host: "localhost", "sec-fetch-site": site })).toBe("let in");
});
