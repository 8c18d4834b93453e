import { formatMoney } from "#kernel/money";
import type { ChargeRecord } from "./model/charge.ts";

/** The page that asks: amount, card, until when, and two buttons. */
export function challengeHtml(charge: ChargeRecord, reader: { locale: string; now: Date }): string {
  const amount = charge.amount === null ? "" : formatMoney(charge.amount, reader.locale);
  const minutes = Math.max(1, Math.ceil(((charge.dueAt?.getTime() ?? 0) - reader.now.getTime()) / 60_000));
  return layout(
    "Confirm your payment",
    `<p class="amount">${escapeHtml(amount)}</p>
    <dl>
      <div><dt>To</dt><dd>Tradepost shop</dd></div>
      <div><dt>Card</dt><dd>${escapeHtml(brandName(charge.card?.brand))} ending in ${escapeHtml(charge.card?.last4 ?? "????")}</dd></div>
      <div><dt>Time left</dt><dd>about ${minutes} ${minutes === 1 ? "minute" : "minutes"}</dd></div>
    </dl>
    <form method="post">
      <button class="yes" name="decision" value="accept">Confirm payment</button>
      <button class="no" name="decision" value="refuse">Refuse</button>
    </form>
    <p class="note">This is a test bank. No money moves.</p>`,
  );
}

const outcomes = {
  confirmed: { title: "Payment confirmed", text: "Your bank has confirmed this payment." },
  refused: { title: "Payment refused", text: "This payment was refused. Nothing was taken from your card." },
  expired: { title: "Too late", text: "The time to confirm this payment is over. Nothing was taken from your card." },
  over: { title: "Nothing to confirm", text: "The shop has withdrawn this payment. Nothing was taken from your card." },
  unknown: { title: "Page not found", text: "There is no payment to confirm here." },
  unclear: { title: "That was not clear", text: "Go back and choose to confirm or to refuse the payment." },
} as const;

/** The page that tells what became of the payment, with the way back to the shop. */
export function outcomeHtml(outcome: keyof typeof outcomes, returnUrl: string | undefined): string {
  const { title, text } = outcomes[outcome];
  const link =
    returnUrl === undefined ? "" : `<p><a class="yes" href="${escapeHtml(returnUrl)}">Return to the shop</a></p>`;
  return layout(title, `<p>${text}</p>${link}`);
}

function layout(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>${title} · Demo Bank</title>
  <style>${STYLE}</style>
</head>
<body>
  <main>
    <p class="bank"><span aria-hidden="true"></span>Demo Bank</p>
    <h1>${title}</h1>
    ${content}
  </main>
</body>
</html>
`;
}

function brandName(brand: string | undefined): string {
  const names: Record<string, string> = { visa: "Visa", mastercard: "Mastercard", amex: "American Express" };
  return names[brand ?? ""] ?? "Card";
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replaceAll(/[&<>"']/g, (letter) => entities[letter]!);
}

const STYLE = `
:root { color-scheme: light dark; --ink: #14213d; --paper: #fff; --soft: #eef2f8; --line: #cdd6e4; --quiet: #55617a; --blue: #1d4ed8; --on-blue: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef2f8; --paper: #16203a; --soft: #0b1222; --line: #3a4763; --quiet: #a9b5cc; --blue: #8fb4ff; --on-blue: #0b1222; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--soft); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; box-shadow: 0 1rem 3rem rgb(20 33 61 / 12%); }
.bank { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.5rem; font-weight: 700; }
.bank span { width: 1.6rem; height: 1.6rem; border-radius: .5rem; background: linear-gradient(135deg, #1d4ed8, #10b3a3); }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.2; }
.amount { margin: 0 0 1rem; font-size: 2.25rem; font-weight: 700; font-variant-numeric: tabular-nums; }
dl { margin: 0 0 1.5rem; border-top: 1px solid var(--line); }
dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { margin: 0; text-align: right; }
form { display: grid; gap: .75rem; }
button, a.yes { display: block; width: 100%; min-height: 3rem; padding: .7rem 1rem; border-radius: .6rem; border: 1px solid var(--blue); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
.yes { background: var(--blue); color: var(--on-blue); }
.no { background: transparent; color: var(--blue); }
button:hover, a.yes:hover { filter: brightness(1.08); }
button:focus-visible, a.yes:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.note { margin: 1.25rem 0 0; color: var(--quiet); font-size: .9rem; text-align: center; }
`;
