import { optionalSetting, textSetting } from "#platform/config";

export const smtpUrl = optionalSetting("SMTP_URL", {
  doc: "Mail server, such as smtps://user:password@mail.example.com. Without it mails are kept in the inbox of the operators' port.",
  isSecret: true,
});
export const mailFrom = textSetting("MAIL_FROM", {
  doc: "Sender of the shop's mails.",
  defaultValue: "Tradepost <shop@localhost>",
});
