const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;
const ATTEMPTS = 8;

/** When to try again after `attempt` (1, 2 …) failed: 30 s, then four times as long each, 6 h at most; undefined after the eighth,
 *  about 15 hours after the first. */
export function backOff(attempt: number, now: Date): Date | undefined {
  if (attempt >= ATTEMPTS) return undefined;
  return new Date(now.getTime() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 4 ** (attempt - 1)));
}

/** Claims that the server will never take this mail (RFC 5321: 5yz about the envelope or the message). A wrong password
 *  (EAUTH) is not about the mail. */
export function isRefusedForGood({
  code,
  responseCode = 0,
}: {
  readonly code?: string;
  readonly responseCode?: number;
}): boolean {
  return responseCode >= 500 && (code === "EENVELOPE" || code === "EMESSAGE");
}
