import { optionalSetting, textSetting } from "#platform/config";

export const smtpUrl = optionalSetting("SMTP_URL", {
  doc: "Mail server, such as smtps://user:password@mail.example.com. Without it mails are kept in the inbox of the operators' port.",
  isSecret: true,
});
export const mailFrom = textSetting("MAIL_FROM", {
  doc: "Sender of the shop's mails.",
  defaultValue: "Tradepost <shop@localhost>",
});
export const shopName = textSetting("SHOP_NAME", { doc: "Name of the shop in its mails.", defaultValue: "Tradepost" });
export const publicUrl = textSetting("PUBLIC_URL", {
  doc: "Where shoppers reach the shop; the start of the links in mails.",
  defaultValue: "http://localhost:8080",
});
