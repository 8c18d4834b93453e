import { expect, test } from "vitest";
import { refusalOf } from "./save-products.ts";
import { readCsv, readNdjson, type ImportRecord } from "./read-import.ts";

async function* chunks(text: string | Uint8Array, sizeBytes: number) {
  const bytes = Buffer.from(text as string);
  for (let start = 0; start < bytes.length; start += sizeBytes) yield bytes.subarray(start, start + sizeBytes);
}

async function all(records: AsyncIterable<ImportRecord>): Promise<ImportRecord[]> {
  return Array.fromAsync(records);
}

const defaults = { locale: "en", market: "gb", currency: "GBP" };
const csv = (text: string, from = 1) => all(readCsv(chunks(text, 7), { from, defaults, refuseHeader: refusalOf }));

test.each([1, 3, 1000])("reads lines whatever the size of the chunks (%d)", async (sizeBytes) => {
  const records = await all(readNdjson(chunks('{"a":"ä"}\r\n\n{"b":2}', sizeBytes), 1));
  expect(records.map(({ lines, draft }) => [lines[0], draft])).toEqual([
    [1, { a: "ä" }],
    [3, { b: 2 }],
  ]);
});

test("starts at a line", async () => {
  expect((await all(readNdjson(chunks("1\n2\n3\n", 2), 2))).map((record) => record.draft)).toEqual([2, 3]);
});

test("tells lines that are no JSON, no UTF-8 or too long, and goes on", async () => {
  const text = Buffer.concat([
    Buffer.from('{bad\n"'),
    Buffer.from([0xff]),
    Buffer.from('"\n"'),
    Buffer.alloc(1_048_577, 97),
    Buffer.from('"\n{}'),
  ]);
  const records = await all(readNdjson(chunks(text, 65_536), 1));
  expect(records.map(({ problems }) => problems[0]?.message)).toEqual([
    "is not JSON",
    "is not UTF-8",
    "is longer than 1048576 bytes",
    undefined,
  ]);
  expect(records[3]!.draft).toEqual({});
});

test("groups the CSV rows of a product and tells bad rows by their line", async () => {
  const records = await csv(
    `\uFEFFSKU,Title,Price_Minor,option_Size\nA,"Mug, ""big""",450,S\nB,"Mug, ""big""",x,M\nC,"Mug, ""big""",475,L\nD,Plate,100,\n`,
  );
  expect(records.map(({ lines }) => lines)).toEqual([[2, 3, 4], [5]]);
  expect(records[0]!.draft).toMatchObject({ titles: { en: 'Mug, "big"' }, variants: [{ sku: "A" }, { sku: "C" }] });
  expect(records[0]!.problems).toEqual([{ line: 3, field: "price_minor", message: "must be a whole number ≥ 0" }]);
});

test("tells a CSV row with too many cells, and goes on", async () => {
  const records = await csv("sku,title\nA,Mug,extra\nB,Plate\n");
  expect(records.map(({ lines, problems }) => [lines[0], problems.length])).toEqual([
    [2, 1],
    [3, 0],
  ]);
});

test("starts at a line of a CSV file, and still reads its header", async () => {
  expect((await csv("sku,title\nA,Mug\nB,Plate\n", 3)).map((record) => record.draft)).toMatchObject([
    { variants: [{ sku: "B" }] },
  ]);
});

test("refuses a CSV file with a column that means nothing", async () => {
  await expect(csv("sku,prize\nA,1\n")).rejects.toMatchObject({
    code: "INVALID_INPUT",
    data: { errors: [{ field: "prize" }] },
  });
});

test("passes on that the body broke off", async () => {
  async function* broken() {
    yield Buffer.from("sku,title\nA,Mug\n");
    throw new Error("connection lost");
  }
  await expect(all(readCsv(broken(), { from: 1, defaults, refuseHeader: refusalOf }))).rejects.toThrow(
    "connection lost",
  );
  await expect(all(readNdjson(broken(), 1))).rejects.toThrow("connection lost");
});
