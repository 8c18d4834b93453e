/** Puts a part of the page anew in its place. Whoever uses the keyboard goes on where they were, or at the beginning of the part when that is gone. */
export function swap(around: HTMLElement, part: string, made: HTMLTemplateElement | Document): void {
  const old = around.querySelector<HTMLElement>(part)!;
  const content = made instanceof Document ? made : made.content;
  const fresh = content.querySelector<HTMLElement>(part)!;
  const held = old.contains(document.activeElement) ? keyOf(document.activeElement!) : undefined;
  old.replaceWith(fresh);
  if (held === undefined) return;
  const stops = [...fresh.querySelectorAll<HTMLElement>("a[href], button, select, summary, input:not([type=hidden])")];
  (stops.find((stop) => keyOf(stop) === held) ?? stops[0])?.focus();
}

/** What it is in a part that is made anew: which field of which SKU, which value, which link. */
function keyOf(stop: Element): string {
  const field = stop as Partial<HTMLInputElement>;
  const sku = field.form?.querySelector<HTMLInputElement>("[name=sku]")?.value;
  const value = field.type === "checkbox" ? field.value : undefined;
  return JSON.stringify([stop.tagName, sku, field.name, value, stop.getAttribute("href"), stop.textContent]);
}
