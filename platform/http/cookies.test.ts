import { expect, test } from "vitest";
import { cookiesOf } from "./cookies.ts";

test.each([
  [undefined, {}],
  ["", {}],
  ["session=abc; cart=2.7", { session: "abc", cart: "2.7" }],
  ["session=abc;cart=2.7;", { session: "abc", cart: "2.7" }],
  ["session=first; session=second", { session: "first" }],
  ["name=a%20%26%20b; plus=a+b", { name: "a & b", plus: "a+b" }],
  ["bad=%E0%A4%A; good=1", { good: "1" }],
  ["bad=%; bad=1", { bad: "1" }],
  ['quoted="a b"; half="a', { quoted: "a b", half: '"a' }],
  ["token=a.b==; empty=; =nameless; alone", { token: "a.b==", empty: "" }],
])("the cookies of %j", (header, cookies) => {
  expect({ ...cookiesOf(header) }).toEqual(cookies);
});

test("a cookie may have any name", () => {
  const cookies = cookiesOf("__proto__=a; constructor=b");
  expect([Object.keys(cookies), cookies["constructor"]]).toEqual([["__proto__", "constructor"], "b"]);
});
