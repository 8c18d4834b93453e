/** What makes an SVG unfit to be served to shoppers, undefined when nothing does. The text must be made of well-formed tags only,
 *  so that no browser can read it in another way than this does: whatever does not parse is refused too. */
export function findSvgDanger(text: string): string | undefined {
  let rest = text.replace(/^\uFEFF/, "").trimStart();
  const declaration = /^<\?xml\s[^?<>]*\?>/.exec(rest);
  if (declaration !== null) {
    if (/encoding\s*=/.test(declaration[0]) && !/encoding\s*=\s*["']utf-8["']/i.test(declaration[0]))
      return "another encoding than UTF-8";
    rest = rest.slice(declaration[0].length);
  }
  let position = 0;
  let isRootSeen = false;
  let isInStyle = false;
  while (position < rest.length) {
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(rest);
    if (token === null) return `markup that is not plain XML at character ${position}`;
    position = TOKEN.lastIndex;
    const { name, attributes, text: content } = token.groups!;
    if (content !== undefined && isInStyle && isDangerousStyle(content)) return "a style that reaches elsewhere";
    if (name === undefined) continue;
    const local = name.toLowerCase();
    if (!isRootSeen && local !== "svg") return "a root element that is not <svg>";
    isRootSeen = true;
    if (!ELEMENTS.has(local)) return `the element <${name}>`;
    isInStyle = local === "style" && token[0][1] !== "/" && !token[0].endsWith("/>");
    const danger = dangerousAttribute(attributes ?? "");
    if (danger !== undefined) return `the attribute ${danger}`;
  }
  return isRootSeen ? undefined : "no <svg> element";
}

/** A comment, a run of text, or a tag; anything else (DOCTYPE, CDATA, processing instructions) is no token. */
const TOKEN =
  /<!--(?:(?!--)[\s\S])*-->|<\/?(?<name>[A-Za-z][\w:.-]*)(?<attributes>(?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>|(?<text>[^<]+)/gy;

const ELEMENTS: ReadonlySet<string> = new Set(
  `svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text tspan textpath image style switch view
  lineargradient radialgradient stop pattern clippath mask marker filter feblend fecolormatrix fecomponenttransfer fecomposite
  feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr fegaussianblur
  femerge femergenode femorphology feoffset fepointlight fespecularlighting fespotlight fetile feturbulence`.split(
    /\s+/,
  ),
);

const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const LOCAL_REFERENCE = /^\s*#[\w.:-]+\s*$/;
const INLINE_PICTURE = /^data:image\/(png|jpeg|webp|avif|gif);base64,[A-Za-z0-9+/=\s]*$/;
const NAMESPACES: ReadonlySet<string> = new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]);

function dangerousAttribute(attributes: string): string | undefined {
  for (const [, name, double, single] of attributes.matchAll(ATTRIBUTE)) {
    const local = name!.toLowerCase();
    const value = double ?? single ?? "";
    const isReference = /(^|:)(href|src)$/.test(local) && !LOCAL_REFERENCE.test(value) && !INLINE_PICTURE.test(value);
    // A foreign default namespace would turn <svg>'s children into something else.
    const isForeign = local === "xmlns" && !NAMESPACES.has(value);
    if (local.startsWith("on") || isReference || isForeign || local === "xml:base" || isDangerousStyle(value))
      return name;
  }
  return undefined;
}

/** Escapes could spell anything, so a style has none. */
function isDangerousStyle(style: string): boolean {
  if (/javascript:|@import|expression\s*\(/i.test(style)) return true;
  const isReaching = [...style.matchAll(/url\s*\(([^)]*)\)?/gi)].some(
    ([, target]) => !/^\s*["']?#[\w.:-]+["']?\s*$/.test(target!),
  );
  return isReaching || (/\\/.test(style) && /[:;{]/.test(style)) || /image-set\s*\(|&#/i.test(style);
}
