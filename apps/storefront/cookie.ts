import type { WebRequest } from "#platform/service";

export type Cookie = {
  readonly name: string;
  readonly value: string;
  /** 0 takes it away. */
  readonly seconds: number;
  readonly isHttpOnly: boolean;
};

/** A Set-Cookie for the whole shop, which other sites' forms do not carry. */
export function cookieOf(request: WebRequest, { name, value, seconds, isHttpOnly }: Cookie): string {
  const parts = [`${name}=${value}`, "Path=/", `Max-Age=${seconds}`, "SameSite=Lax"];
  if (isHttpOnly) parts.push("HttpOnly");
  if (request.headers["x-forwarded-proto"] === "https") parts.push("Secure");
  return parts.join("; ");
}
