import { expect, test } from "vitest";
import { xmlElement, xmlText } from "./xml.ts";

test("what means something to XML is escaped", () => {
  expect(xmlText(`Tom & Jerry's <b>"best"</b>`)).toBe("Tom &amp; Jerry&apos;s &lt;b&gt;&quot;best&quot;&lt;/b&gt;");
  expect(xmlElement("g:id", "A&B")).toBe("<g:id>A&amp;B</g:id>");
});

test("what XML cannot write is left out", () => {
  expect(xmlText("a\u0000b\u0008c\u001fd\uffffe\ufffe")).toBe("abcde");
  expect(xmlText("tab\tline\nöffnen 🎈")).toBe("tab\tline\nöffnen 🎈");
  expect(xmlText("half \ud83c")).toBe("half \ufffd");
});
