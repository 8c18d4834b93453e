import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuse } from "#kernel/refusal";

/** Takes JSON (an empty body is none) and forms; refuses what would fail deeper inside: U+0000, endless nesting. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeContentTypeParser(["text/plain", "application/json"]);
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = String(body);
    // Many clients send the header with every request, whether it has a body or not.
    if (text === "") done(null, undefined);
    else if (NUL_ESCAPE.test(text)) done(nulCharacter("(body)"), undefined);
    else if (isDeeperThan(DEEPEST_JSON, text)) done(tooDeep(), undefined);
    else void parseJson(request, text, done);
  });
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 65_536 },
    async (_: FastifyRequest, text: string | Buffer) => new URLSearchParams(String(text)),
  );
}

// Far above any contract, far below what overflows the stack of whoever walks the value.
const DEEPEST_JSON = 100;

function isDeeperThan(most: number, json: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < json.length; index++) {
    const letter = json[index];
    if (letter === '"') isInText = !isInText;
    else if (isInText) index += letter === "\\" ? 1 : 0;
    else if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

function tooDeep(): Error {
  return refuse.INVALID_INPUT({ errors: [{ field: "(body)", message: `is nested deeper than ${DEEPEST_JSON}` }] });
}

// In JSON the character U+0000 can only be written as an escape; two backslashes are one of text.
const NUL_ESCAPE = /(?<!\\)(?:\\\\)*\\u0000/;

/** PostgreSQL has no text with this character. */
export function nulCharacter(field: string): Error {
  return refuse.INVALID_INPUT({ errors: [{ field, message: "must not contain the character U+0000" }] });
}
