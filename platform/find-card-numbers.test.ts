import { describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { findCardNumbers } from "./find-card-numbers.ts";

describe("findCardNumbers", () => {
  it.each(["4242424242424242", "5555555555554444", "378282246310005", "6011000990139424", "4000000000009995"])(
    "finds %s as it is, in JSON, in an address and after a label",
    (number) => {
      for (const text of [
        number,
        `{"number":"${number}"}`,
        `/x?card=${number}&y=1`,
        `token-${number}`,
        `a${"\n"}${number},`,
      ]) {
        expect(findCardNumbers(text)).toHaveLength(1);
      }
    },
  );

  it.each([
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "4242+4242+4242+4242",
    "4242%204242%204242%204242",
    "3782 822463 10005",
  ])("finds the printed form %s", (text) => {
    expect(findCardNumbers(`card: ${text}.`)).toHaveLength(1);
  });

  it("hides the middle of what it found", () => {
    expect(findCardNumbers("pays with 4242424242424242")).toEqual([{ masked: "424242******4242", at: 10 }]);
  });

  it.each([
    ["a wrong checksum", "4242424242424241"],
    ["no scheme's range", "1763672233123456 9999999999999995"],
    ["a fraction", "0.4242424242424242"],
    ["hexadecimal text", "00-4242424242424242a1b2c3d4e5f60718-01"],
    ["a longer number", "42424242424242424242"],
    ["a masked number", "424242******4242"],
  ])("ignores %s", (_, text) => {
    expect(findCardNumbers(text)).toEqual([]);
  });

  it("takes no id and no time for a card", () => {
    const ids = Array.from({ length: 20_000 }, () => newId("payment")).join("\n");
    const times = Array.from({ length: 20_000 }, (_, index) => String(1_700_000_000_000 + index * 7_919)).join(" ");
    expect(findCardNumbers(ids)).toEqual([]);
    expect(findCardNumbers(times)).toEqual([]);
  });
});
