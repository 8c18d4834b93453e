let later: ReturnType<typeof setTimeout> | undefined;
/** Until a dialog that has just opened can be heard. */
const SOON_MS = 100;

/** Says what has changed to those who hear the page; the focus stays where it is. */
export function announce(words: string): void {
  // Nothing behind an open dialog is heard, so it has a region of its own.
  const region =
    document.querySelector<HTMLElement>("dialog[open] [data-announcer]") ??
    document.querySelector<HTMLElement>("[data-announcer]")!;
  // Emptied first: the same words again are news, too.
  region.textContent = "";
  clearTimeout(later);
  later = setTimeout(() => (region.textContent = words), SOON_MS);
}
