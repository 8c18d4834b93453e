import { announce } from "./announce.ts";
import { addressOf, showList } from "./show-list.ts";
import { swap } from "./swap.ts";

/** What makes the shop smoother where scripts run. Without them every form and link does the same by itself. */

const COUNT = /(?:^|; )cart=(\d+)\./;

/** Pages are the same for everybody: how much is in the cart stands in a cookie. */
function showCount(pieces = Number(COUNT.exec(document.cookie)?.[1] ?? 0)): void {
  for (const badge of document.querySelectorAll<HTMLElement>("[data-cart-count]")) {
    badge.hidden = pieces === 0;
    badge.textContent = String(pieces);
  }
}

/** Sends a cart's form and shows the cart that is answered: in the drawer, or in the page that is the cart. */
async function sendToCart(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const isInPage = form.closest("main .cart") !== null;
  const data = new FormData(form, submitter);
  form.setAttribute("aria-busy", "true");
  submitter?.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "tradepost-fragment": "cart" },
      body: new URLSearchParams([...data].map(([name, value]) => [name, String(value)])),
    });
    if (!answer.headers.get("content-type")?.startsWith("text/html")) throw new Error(`answered ${answer.status}`);
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const late = typedSince(form, String(data.get("quantity")));
    if (isInPage) swap(document.querySelector<HTMLElement>("main")!, ".cart", made);
    else openDrawer(made);
    showCount();
    announce(document.querySelector<HTMLElement>(isInPage ? "main .cart" : "dialog .cart")!.dataset["said"]!);
    typeAgain(late);
  } catch {
    form.dataset["plain"] = "yes"; // as if there were no script
    form.requestSubmit(submitter);
  } finally {
    form.removeAttribute("aria-busy");
    submitter?.removeAttribute("aria-disabled");
  }
}

function openDrawer(made: HTMLTemplateElement): void {
  const drawer = document.querySelector<HTMLDialogElement>("#cart-drawer")!;
  swap(drawer, "[data-drawer]", made);
  if (!drawer.open) drawer.showModal();
}

/** Numbers that somebody went on typing while the cart was asked for, by SKU: the answer does not know of them. */
function typedSince(sent: HTMLFormElement, quantity: string): ReadonlyMap<string, string> {
  const fields = [...document.querySelectorAll<HTMLInputElement>("[data-cart-change] [name=quantity]")];
  const late = fields.filter(({ form, value, defaultValue }) => value !== (form === sent ? quantity : defaultValue));
  return new Map(late.map(({ form, value }) => [skuOf(form), value]));
}

/** One change after the other: each answer finds what is still to be sent. */
function typeAgain(late: ReadonlyMap<string, string>): void {
  const forms = [...document.querySelectorAll<HTMLFormElement>("[data-cart-change]")];
  const changed = forms.filter((form) => late.has(skuOf(form)));
  for (const form of changed) form.querySelector<HTMLInputElement>("[name=quantity]")!.value = late.get(skuOf(form))!;
  changed.find((form) => form.checkValidity())?.requestSubmit();
}

function skuOf(form: HTMLFormElement | null): string {
  return form?.querySelector<HTMLInputElement>("[name=sku]")?.value ?? "";
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if ("checkout" in form.dataset) return once(event, form);
  if ("filters" in form.dataset) {
    event.preventDefault();
    return void showList(addressOf(form, event.submitter));
  }
  if (!("cartForm" in form.dataset) || form.dataset["plain"] === "yes") return;
  event.preventDefault();
  // A second click while the first is under way asks for nothing more.
  if (form.getAttribute("aria-busy") !== "true") void sendToCart(form, event.submitter);
});

/** A form that goes to another page is sent once, however often its button is pressed. */
function once(event: Event, form: HTMLFormElement): void {
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  form.setAttribute("aria-busy", "true");
}

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.form !== null && "cartChange" in field.form.dataset && field.form.reportValidity())
    field.form.requestSubmit();
  // Not the order of the list: a keyboard passes by every choice.
  if (field.type === "checkbox" && field.form !== null && "filters" in field.form.dataset) field.form.requestSubmit();
});

// A click beside the drawer closes it.
document.addEventListener("click", (event) => {
  const { target } = event;
  if (target instanceof HTMLDialogElement && target.open) target.close();
});

// Also when the browser shows a page that it has kept.
addEventListener("pageshow", () => {
  showCount();
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});
showCount();

// The shop stays readable without a network. Once everything else is there: nothing waits for it.
addEventListener("load", () => {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined; // there is none without https
  if (workers === undefined) return;
  workers.register("/service-worker.js").catch(() => {});
  void workers.ready.then(({ active }) => active?.postMessage(document.body.dataset["offline"], []));
});
