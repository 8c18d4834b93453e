import { formatMoney, type Money } from "#kernel/money";
import type { Order } from "#orders/contract";
import type { Goods, MailContent } from "./mail.ts";

type Context = { readonly shop: string; readonly orderUrl: string };

export function confirmationMail(order: Order, { shop, orderUrl }: Context): MailContent {
  return {
    ...base(order, shop),
    subject: `Your order ${order.orderNumber} is confirmed`,
    heading: "Thank you for your order",
    paragraphs: [
      `We have confirmed order ${order.orderNumber} and are getting it ready. We write again when it leaves.`,
    ],
    goods: goodsOf(order),
    address: addressOf(order),
    link: { label: "See your order", url: orderUrl },
  };
}

export function failureMail(order: Order, { shop }: Context): MailContent {
  return {
    ...base(order, shop),
    subject: `Your order ${order.orderNumber} could not be completed`,
    heading: "Your order could not be completed",
    paragraphs: [
      reasonOf(order),
      order.captured.amountMinor > 0 ? BACK : "Nothing was charged; an amount held on your card is let go.",
      ...(order.confirmedAt === null ? ["Your cart is as you left it, so you can try again."] : []),
    ],
  };
}

export function cancellationMail(order: Order, { shop, orderUrl }: Context): MailContent {
  const wasTaken = order.captured.amountMinor > 0;
  return {
    ...base(order, shop),
    subject: `Your order ${order.orderNumber} is cancelled`,
    heading: "Your order is cancelled",
    paragraphs: [
      `Order ${order.orderNumber} is cancelled as asked.`,
      wasTaken ? BACK : "Your card was not charged; an amount held on it is let go.",
    ],
    link: { label: "See your order", url: orderUrl },
  };
}

export function dispatchMail(
  order: Order,
  { shop, orderUrl }: Context,
  tracking: { carrier: string | null; code: string | null },
): MailContent {
  const code =
    tracking.code === null
      ? []
      : [`Tracking number: ${tracking.code}${tracking.carrier === null ? "" : ` (${tracking.carrier})`}.`];
  return {
    ...base(order, shop),
    subject: `Your order ${order.orderNumber} is on its way`,
    heading: "Your order is on its way",
    paragraphs: [`The parcel of order ${order.orderNumber} has left our warehouse.`, ...code],
    address: addressOf(order),
    link: { label: "See your order", url: orderUrl },
  };
}

export function refundMail(order: Order, { shop, orderUrl }: Context, amount: Money): MailContent {
  return {
    ...base(order, shop),
    subject: `A refund for your order ${order.orderNumber}`,
    heading: "Your refund is on its way",
    paragraphs: [
      `We have sent ${formatMoney(amount, order.locale)} for order ${order.orderNumber} back to your card. Your bank may take a few days to show it.`,
    ],
    link: { label: "See your order", url: orderUrl },
  };
}

/** Without a sum: part of it may have gone back before, and each refund has a mail of its own. */
const BACK = "What was taken from your card is on its way back; your bank may take a few days to show it.";

function base(order: Order, shop: string) {
  return { shop, locale: order.locale };
}

function reasonOf(order: Order): string {
  switch (order.failure?.code) {
    case "inventory_unavailable":
      return "Somebody else was quicker: part of it has just sold out.";
    case "payment_declined":
      return "Your bank declined the payment.";
    case "payment_abandoned":
    case "reservation_expired":
      return "The payment was not finished in time, so we had to give the goods free again.";
    case "payment_unavailable":
    case undefined:
      return "Your bank did not answer us.";
  }
}

function goodsOf(order: Order): Goods {
  const { quote } = order;
  const lines = quote.lines.map((line) => ({
    title: line.title,
    detail: line.optionText,
    quantity: line.quantity,
    total: line.total,
  }));
  const taxes = quote.taxes.map((tax) => ({
    label: `${tax.isIncluded ? "including " : ""}${tax.name} ${percent(tax.rateBasisPoints, order.locale)}`,
    amount: tax.amount,
    isTotal: false,
  }));
  const shipping =
    quote.shipping === null
      ? []
      : [{ label: `Delivery (${quote.shipping.title})`, amount: quote.shippingTotal, isTotal: false }];
  return { lines, sums: [...shipping, { label: "Total", amount: quote.total, isTotal: true }, ...taxes] };
}

/** One for each language of the shop: making one costs a hundred times what using it does. */
const percentFormats = new Map<string, Intl.NumberFormat>();

/** `20%`, `8.25%`, `19 %`: as the language writes it. */
function percent(basisPoints: number, locale: string): string {
  let format = percentFormats.get(locale);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
    percentFormats.set(locale, format);
  }
  return format.format(basisPoints / 10_000);
}

function addressOf(order: Order): readonly string[] {
  const { name, company, line1, line2, city, region, postcode, country } = order.shippingAddress;
  return [name, company, line1, line2, city, region, postcode, country].filter(
    (part): part is string => part !== undefined,
  );
}
