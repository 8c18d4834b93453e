import { expect, test } from "vitest";
import { findSvgDanger } from "./svg-safety.ts";

const SVG = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"`;

test.each([
  `<svg ${SVG}><path d="M0 0h10" fill="#fff"/></svg>`,
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n<svg ${SVG} xmlns:xlink="http://www.w3.org/1999/xlink"><title>A &amp; B</title><defs><linearGradient id="a"><stop offset="0" style="stop-color:#fff"/></linearGradient></defs><rect fill="url(#a)"/><use xlink:href="#b"/></svg>`,
  `<svg ${SVG}><style>.a { fill: red; clip-path: url(#c) }</style><image href="data:image/png;base64,iVBORw0KGgo="/></svg>`,
])("takes a drawing: %s", (text) => {
  expect(findSvgDanger(text)).toBeUndefined();
});

test.each([
  ["a script", `<svg ${SVG}><script>alert(1)</script></svg>`],
  ["a prefixed script", `<svg ${SVG} xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></svg>`],
  ["a handler", `<svg ${SVG} onload="alert(1)"/>`],
  ["a handler behind a bracket in a value", `<svg ${SVG} a=">" onload="alert(1)"/>`],
  ["foreign content", `<svg ${SVG}><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject></svg>`],
  ["a reference to another place", `<svg ${SVG}><image href="https://example.com/a.png"/></svg>`],
  ["a script as reference", `<svg ${SVG}><use href="&#106;avascript:alert(1)"/></svg>`],
  ["an SVG inside a data reference", `<svg ${SVG}><image href="data:image/svg+xml;base64,PHN2Zy8+"/></svg>`],
  [
    "an animation of a reference",
    `<svg ${SVG}><a><animate attributeName="href" values="javascript:alert(1)"/></a></svg>`,
  ],
  ["a style from elsewhere", `<svg ${SVG}><style>@import "https://example.com/a.css";</style></svg>`],
  ["a picture from elsewhere in a style", `<svg ${SVG}><rect style="fill:url(https://example.com/a)"/></svg>`],
  ["an escaped style", `<svg ${SVG}><style>.a { fill: u\\72l(https://example.com) }</style></svg>`],
  ["an entity", `<!DOCTYPE svg [<!ENTITY a "b">]><svg ${SVG}>&a;</svg>`],
  ["a style sheet instruction", `<?xml-stylesheet href="https://example.com/a.css"?><svg ${SVG}/>`],
  ["character data that hides markup", `<svg ${SVG}><![CDATA[<script>]]></svg>`],
  ["an attribute without quotes", `<svg ${SVG} onload=alert(1)></svg>`],
  ["a page", `<html><body/></html>`],
  ["another encoding", `<?xml version="1.0" encoding="UTF-7"?><svg ${SVG}/>`],
  ["nothing", ``],
])("refuses %s", (_, text) => {
  expect(findSvgDanger(text)).toEqual(expect.any(String));
});
