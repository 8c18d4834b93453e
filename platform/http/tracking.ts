/** Names that advertising, newsletters and social networks add to addresses, most with a value of each click's own. They are for scripts
 *  of statistics; no page depends on them. */
const TRACKING =
  /^(?:utm_\w+|gad_\w+|gclid|gclsrc|dclid|gbraid|wbraid|srsltid|_gl|_ga|fbclid|igshid|igsh|msclkid|mc_[ce]id|ttclid|twclid|li_fat_id|epik|yclid)(?:=|$)/i;

/** An address without them: everybody who comes by one campaign asks for one page. */
export function withoutTracking(url: string): string {
  const at = url.indexOf("?");
  if (at < 0) return url;
  const kept = url
    .slice(at + 1)
    .split("&")
    .filter((part) => part !== "" && !TRACKING.test(part));
  return kept.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${kept.join("&")}`;
}
