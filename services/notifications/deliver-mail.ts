import { createTransport, type Transporter } from "nodemailer";
import { defineResource, type Ctx } from "#platform/ctx";
import { backOff, isRefusedForGood } from "./model/delivery.ts";
import { mailFrom, smtpUrl } from "./settings.ts";
import { claimMessagesToSend, noteDelivered, noteFailedDelivery, type MessageRow } from "./store.ts";

const CONNECTIONS = 5;
const AT_ONCE = 10;
/** A mail server that hangs is given up long before others may take its mails (`CLAIM_MS`). */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 };
const CLAIM_MS = 120_000;

/** The mail server, or undefined when none is set. */
const mailServer = defineResource<Transporter | undefined>(
  ({ setting }) => {
    const url = setting(smtpUrl);
    if (url === undefined) return undefined;
    return createTransport({ url, pool: true, maxConnections: CONNECTIONS, ...TIMEOUTS }, { from: setting(mailFrom) });
  },
  (server) => server?.close(),
);

/** Sends what is queued: by SMTP, or into the captured inbox when no mail server is set. A mail may go out twice when we are
 *  killed between the server's yes and our note of it; its Message-ID is the same, so that mail programs can tell. */
export async function deliverMail(ctx: Ctx): Promise<void> {
  for (;;) {
    const { now } = ctx.detached(CLAIM_MS);
    const until = new Date(now.getTime() + CLAIM_MS);
    const queued = await claimMessagesToSend(ctx.db, { now, until, limit: AT_ONCE });
    await Promise.all(queued.map((message) => deliver(message, until, ctx)));
    if (queued.length < AT_ONCE || ctx.signal.aborted) return;
  }
}

async function deliver(message: MessageRow, claimedUntil: Date, ctx: Ctx): Promise<void> {
  const own = ctx.detached(CLAIM_MS); // what was sent is noted, though the run's time is over
  const { now } = own;
  try {
    const server = ctx.resource(mailServer);
    if (server === undefined) return void (await noteDelivered(own.db.groupCommit, message.id, "captured", now));
    const { recipient: address, subject, html, plain: text } = message;
    // As an object: nothing in the address can name another recipient.
    await server.sendMail({ to: { name: "", address }, subject, html, text, messageId: `<${message.id}@tradepost>` });
    await noteDelivered(own.db.groupCommit, message.id, "sent", now);
  } catch (error) {
    await planAnother({ message, claimedUntil, error: error as MailError }, own);
  }
}

type MailError = Error & { readonly code?: string; readonly responseCode?: number };

type Failed = { readonly message: MessageRow; readonly claimedUntil: Date; readonly error: MailError };

async function planAnother({ message, claimedUntil, error }: Failed, ctx: Ctx): Promise<void> {
  const { code, responseCode } = error;
  const attempt = message.attempts + 1;
  const nextAttemptAt = isRefusedForGood(error) ? undefined : backOff(attempt, ctx.now);
  // Never the server's words: they repeat the address.
  const facts = { messageId: message.id, attempt, code, responseCode };
  if (nextAttemptAt === undefined) ctx.log.error(facts, "mail given up");
  else ctx.log.warn(facts, "mail not sent, will try again");
  await noteFailedDelivery(ctx.db, message.id, { reason: error.message.slice(0, 500), claimedUntil, nextAttemptAt });
}
