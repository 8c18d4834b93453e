import { createTransport, type Transporter } from "nodemailer";
import { defineResource, type Ctx } from "#platform/ctx";
import { mailFrom, smtpUrl } from "./settings.ts";
import { findMessagesToSend, noteDelivered, noteFailedDelivery, type MessageRow } from "./store.ts";

const AT_ONCE = 50;
const FIRST_RETRY_MS = 30_000;
const ATTEMPTS = 8;

/** The mail server, or undefined when none is set. */
export const mailServer = defineResource<Transporter | undefined>(
  ({ setting }) => {
    const url = setting(smtpUrl);
    return url === undefined ? undefined : createTransport(url, { from: setting(mailFrom) });
  },
  (server) => server?.close(),
);

/** Sends what is queued: by SMTP, or into the captured inbox when no mail server is set. A mail may go out twice when we are
 *  killed between the server's yes and our note of it; its Message-ID is the same, so that mail programs can tell. */
export async function deliverMail(ctx: Ctx): Promise<void> {
  for (;;) {
    const queued = await findMessagesToSend(ctx.db, ctx.now, AT_ONCE);
    for (const message of queued) await deliver(message, ctx);
    if (queued.length < AT_ONCE || ctx.signal.aborted) return;
  }
}

async function deliver(message: MessageRow, ctx: Ctx): Promise<void> {
  const server = ctx.resource(mailServer);
  if (server === undefined) return void (await noteDelivered(ctx.db, message.id, "captured", ctx.now));
  try {
    const { recipient: to, subject, html, plain: text } = message;
    await server.sendMail({ to, subject, html, text, messageId: `<${message.id}@tradepost>` });
    await noteDelivered(ctx.db, message.id, "sent", ctx.now);
  } catch (error) {
    const attempt = message.attempts + 1;
    const waitMs = FIRST_RETRY_MS * 4 ** (attempt - 1);
    const nextAttemptAt =
      attempt >= ATTEMPTS ? undefined : new Date(ctx.now.getTime() + Math.min(waitMs, 6 * 3_600_000));
    ctx.log.warn(
      { messageId: message.id, attempt, error },
      nextAttemptAt === undefined ? "mail given up" : "mail not sent, will try again",
    );
    await noteFailedDelivery(ctx.db, message.id, { reason: (error as Error).message.slice(0, 500), nextAttemptAt });
  }
}
