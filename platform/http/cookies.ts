/** The cookies of a request (RFC 6265): the first of a name counts, what cannot be decoded is left out. */
export function cookiesOf(header: string | undefined): Readonly<Record<string, string>> {
  // Without a prototype, so that a cookie named __proto__ is one like any other.
  const cookies: Record<string, string> = Object.create(null);
  for (const pair of header?.split(";") ?? []) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(at, 0)).trim();
    if (name === "" || name in cookies) continue;
    const value = decoded(unquoted(pair.slice(at + 1).trim()));
    if (value !== undefined) cookies[name] = value;
  }
  return cookies;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function decoded(value: string): string | undefined {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
