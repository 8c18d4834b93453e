import { announce } from "./announce.ts";
import { swap } from "./swap.ts";

/** Where the form of a list leads as it is now. */
export function addressOf(form: HTMLFormElement, submitter: HTMLElement | null): string {
  const chosen = [...new FormData(form, submitter)].map(([name, value]) => [name, String(value)]);
  return `${new URL(form.action).pathname}?${new URLSearchParams(chosen).toString()}`;
}

const here = () => location.pathname + location.search;
/** The address of the list that is seen. */
let shown = here();
let newest = 0;

/** Shows another choice of the list in its place, under its own address. */
export async function showList(address: string): Promise<void> {
  const mine = ++newest;
  const main = document.querySelector<HTMLElement>("main")!;
  main.querySelector(".listing")?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== newest) return; // another choice was made meanwhile
    openAgain(main, made);
    swap(main, ".listing", made);
    if (address !== here()) history.pushState(null, "", address);
    shown = address;
    announce(main.querySelector<HTMLElement>(".listing")!.dataset["said"]!);
  } catch {
    location.assign(address); // as if there were no script
  }
}

/** What the shopper has opened stays open. */
function openAgain(main: HTMLElement, made: Document): void {
  const all = (root: ParentNode) => [...root.querySelectorAll<HTMLDetailsElement>(".listing details")];
  const open = all(main).filter((one) => one.open);
  for (const fresh of all(made)) fresh.open ||= open.some(({ dataset }) => dataset["name"] === fresh.dataset["name"]);
}

// Back and forward between choices; not to a part of the page.
addEventListener("popstate", () => {
  if (here() !== shown && document.querySelector(".listing") !== null) void showList(here());
});
