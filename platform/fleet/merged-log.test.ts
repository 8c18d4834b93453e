import { expect, test } from "vitest";
import { mergedLog } from "./merged-log.ts";

function printed(isColoured: boolean, line: string): string {
  let text = "";
  const print = mergedLog({ names: ["orders#1", "cart#1"], isColoured, write: (part) => (text += part) });
  print("cart#1", line);
  return text;
}

test("a line of our own log is told in words: time, member, level, message, facts and the causes of a fault", () => {
  const line = JSON.stringify({
    level: 40,
    time: "2026-11-25T08:49:34.098Z",
    service: "cart",
    loop: "relay",
    cause: { name: "Error", message: "no luck", stack: "…", cause: { message: "the disk is full" } },
    msg: "A loop fails",
  });
  expect(printed(false, line)).toBe(
    '08:49:34.098 cart#1   warn  A loop fails loop="relay" cause="no luck" ← "the disk is full"\n',
  );
});

test("any other line is told as it came", () => {
  for (const line of ["listening", "{ not JSON", '{"level":"high"}'])
    expect(printed(false, line)).toMatch(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} cart#1   ${RegExp.escape(line)}\n$`),
    );
});

test("each member has a colour of its own on a terminal", () => {
  expect(printed(true, "listening")).toContain("\u001B[35mcart#1  \u001B[39m");
});
