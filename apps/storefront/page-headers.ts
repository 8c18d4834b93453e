import { sourceOrigins } from "./views.ts";

/** What every page allows itself: files of the shop alone, nothing inline, so that one page serves everybody. */
export function pageHeaders(): Readonly<Record<string, string>> {
  const own = ["'self'", ...sourceOrigins()].join(" ");
  return {
    "content-security-policy": [
      "default-src 'none'",
      `script-src ${own}`,
      `style-src ${own}`,
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src ${own}`,
      "manifest-src 'self'",
      "worker-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
  };
}
