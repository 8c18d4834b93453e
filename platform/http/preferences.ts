/** How much a client wants what it lists by name (0: not at all, 1: most); undefined if it does not list it (RFC 9110, 12.4.2). */
export function qualityOf(name: string, told: string): number | undefined {
  for (const one of told.split(",")) {
    const [listed, ...parameters] = one.split(";");
    if (listed!.trim().toLowerCase() !== name) continue;
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/i.exec(parameter)?.[1]).find(Boolean);
    return quality === undefined ? 1 : Number(quality);
  }
  return undefined;
}

/** Claims that a client's Accept asks for a page to look at: it lists HTML, and JSON not before it. */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const html = qualityOf("text/html", accept) ?? 0;
  return html > 0 && JSON_TYPES.every((type) => html >= (qualityOf(type, accept) ?? 0));
}

const JSON_TYPES = ["application/json", "application/problem+json"];
