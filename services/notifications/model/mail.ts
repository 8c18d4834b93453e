import { formatMoney, type Money } from "#kernel/money";

/** What a mail says, before it is laid out. */
export type MailContent = {
  readonly shop: string;
  readonly locale: string;
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly goods?: Goods | undefined;
  readonly address?: readonly string[] | undefined;
  readonly link?: { readonly label: string; readonly url: string } | undefined;
};
export type Goods = {
  readonly lines: readonly {
    readonly title: string;
    readonly detail: string;
    readonly quantity: number;
    readonly total: Money;
  }[];
  readonly sums: readonly { readonly label: string; readonly amount: Money; readonly isTotal: boolean }[];
};

/** Lays a mail out twice: as HTML that every mail program shows (tables, inline styles, no pictures), and as plain text. */
export function layOutMail(content: MailContent): { readonly html: string; readonly plain: string } {
  return { html: asHtml(content), plain: asText(content) };
}

const INK = "#2b2a27";
const QUIET = "#6b675f";
const LINE = "#e4dfd3";
const ACCENT = "#2f6f5e";

function asHtml(content: MailContent): string {
  const paragraphs = content.paragraphs.map((text) => `<p style="margin:0 0 16px">${escape(text)}</p>`).join("");
  const link = content.link;
  const button =
    link === undefined
      ? ""
      : `<p style="margin:24px 0"><a href="${escape(link.url)}" style="background:${ACCENT};color:#ffffff;text-decoration:none;padding:12px 20px;border-radius:6px;display:inline-block">${escape(link.label)}</a></p>`;
  const address =
    content.address === undefined
      ? ""
      : `<p style="margin:24px 0 0;color:${QUIET}">Delivery to<br>${content.address.map(escape).join("<br>")}</p>`;
  return `<!doctype html><html lang="${escape(content.locale)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(content.subject)}</title></head>
<body style="margin:0;background:#f5f1e8;color:${INK};font:16px/1.55 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:10px"><tr><td style="padding:32px">
<p style="margin:0 0 24px;color:${ACCENT};font-weight:700;letter-spacing:.02em">${escape(content.shop)}</p>
<h1 style="margin:0 0 16px;font-size:24px;line-height:1.25">${escape(content.heading)}</h1>
${paragraphs}${content.goods === undefined ? "" : goodsTable(content.goods, content.locale)}${button}${address}
</td></tr></table></td></tr></table></body></html>`;
}

function goodsTable(goods: Goods, locale: string): string {
  const cell = `padding:10px 0;border-top:1px solid ${LINE};vertical-align:top`;
  const lines = goods.lines.map(
    (line) =>
      `<tr><td style="${cell}">${escape(line.title)}${line.detail === "" ? "" : `<br><span style="color:${QUIET}">${escape(line.detail)}</span>`}</td><td style="${cell};text-align:right;color:${QUIET};white-space:nowrap">× ${line.quantity}</td><td style="${cell};text-align:right;white-space:nowrap;padding-left:16px">${escape(formatMoney(line.total, locale))}</td></tr>`,
  );
  const sums = goods.sums.map((sum) => {
    const weight = sum.isTotal ? "font-weight:700" : `color:${QUIET}`;
    return `<tr><td colspan="2" style="padding:6px 0;${weight}">${escape(sum.label)}</td><td style="padding:6px 0;text-align:right;white-space:nowrap;${weight}">${escape(formatMoney(sum.amount, locale))}</td></tr>`;
  });
  return `<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;margin:8px 0">${lines.join("")}<tr><td colspan="3" style="border-top:1px solid ${LINE};height:8px"></td></tr>${sums.join("")}</table>`;
}

function asText(content: MailContent): string {
  const goods = content.goods;
  const lines =
    goods?.lines.map(
      (line) =>
        `  ${line.quantity} × ${line.title}${line.detail === "" ? "" : ` (${line.detail})`}  ${formatMoney(line.total, content.locale)}`,
    ) ?? [];
  const sums = goods?.sums.map((sum) => `  ${sum.label}: ${formatMoney(sum.amount, content.locale)}`) ?? [];
  const parts = [
    content.heading,
    ...content.paragraphs,
    ...(goods === undefined ? [] : [lines.join("\n"), sums.join("\n")]),
    ...(content.link === undefined ? [] : [`${content.link.label}:\n${content.link.url}`]),
    ...(content.address === undefined ? [] : [`Delivery to\n${content.address.join("\n")}`]),
    `-- \n${content.shop}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}
