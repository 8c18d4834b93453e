import { Readable } from "node:stream";
import { parse } from "csv-parse";
import type { Problem } from "./model/merge-draft.ts";
import { draftOfRows, headerProblems, rowKey, rowProblems, type CsvDefaults, type CsvRow } from "./model/csv-row.ts";

/** One product of an import as it was read: `lines` are those it stands for; no draft when none of them can be used. */
export type ImportRecord = {
  readonly lines: readonly number[];
  readonly draft: unknown;
  readonly problems: readonly { readonly line: number; readonly field: string; readonly message: string }[];
};

const MAXIMUM_LINE_BYTES = 1_048_576;
const NEWLINE = 0x0a;

/** Reads NDJSON, from the line `from` on, in constant memory. A line that is too long, not UTF-8 or not JSON is a problem of
 *  its own; empty lines count as lines but say nothing. */
export async function* readNdjson(body: AsyncIterable<Uint8Array>, from: number): AsyncGenerator<ImportRecord> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let line = 0;
  for await (const bytes of splitLines(body)) {
    line++;
    if (line < from) continue;
    if (bytes === undefined) {
      yield unreadable(line, `is longer than ${MAXIMUM_LINE_BYTES} bytes`);
      continue;
    }
    try {
      const text = utf8.decode(bytes).trim();
      if (text !== "") yield { lines: [line], draft: JSON.parse(text) as unknown, problems: [] };
    } catch (error) {
      yield unreadable(line, error instanceof SyntaxError ? "is not JSON" : "is not UTF-8");
    }
  }
}

/** Reads CSV with a header (RFC 4180), a variant a row, rows of one product together; see the README for the columns.
 *  Refuses nothing itself: throws the header's problems through `refuseHeader`. */
export async function* readCsv(
  body: AsyncIterable<Uint8Array>,
  options: {
    readonly from: number;
    readonly defaults: CsvDefaults;
    readonly refuseHeader: (problems: readonly Problem[]) => Error;
  },
): AsyncGenerator<ImportRecord> {
  const skipped: { line: number; message: string }[] = [];
  const parser = parse({
    bom: true,
    trim: true,
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAXIMUM_LINE_BYTES,
    columns: (header: string[]) => {
      const columns = header.map(columnName);
      const problems = headerProblems(columns);
      if (problems.length > 0) throw options.refuseHeader(problems);
      return columns;
    },
  });
  parser.on("skip", (error) => {
    if (error !== undefined)
      skipped.push({ line: Number((error as { lines?: number }).lines ?? 0), message: csvMessage(error.code) });
  });
  const source = Readable.from(body);
  source.once("error", (error) => parser.destroy(error));
  source.pipe(parser);
  let group: { key: string; rows: { line: number; row: CsvRow }[] } | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: CsvRow; info: { lines: number } }>) {
      yield* skipped.splice(0).map(({ line, message }) => unreadable(line, message));
      if (info.lines < options.from) continue;
      const key = rowKey(record);
      if (group !== undefined && (group.key !== key || group.rows.length >= 1000))
        yield recordOf(group.rows, options.defaults);
      if (group === undefined || group.key !== key || group.rows.length >= 1000) group = { key, rows: [] };
      group.rows.push({ line: info.lines, row: record });
    }
    if (group !== undefined) yield recordOf(group.rows, options.defaults);
    yield* skipped.splice(0).map(({ line, message }) => unreadable(line, message));
  } finally {
    source.destroy();
    parser.destroy();
  }
}

function recordOf(rows: readonly { line: number; row: CsvRow }[], defaults: CsvDefaults): ImportRecord {
  const problems = rows.flatMap(({ line, row }) =>
    rowProblems(row).map(({ field, message }) => ({ line, field, message })),
  );
  const bad = new Set(problems.map((problem) => problem.line));
  const good = rows.filter(({ line }) => !bad.has(line));
  const draft =
    good.length === 0
      ? undefined
      : draftOfRows(
          good.map(({ row }) => row),
          defaults,
        );
  return { lines: rows.map(({ line }) => line), draft, problems };
}

/** `Option_Colour` → `option_Colour`: names of options keep their case. */
function columnName(header: string): string {
  const prefix = /^option_/i.exec(header)?.[0];
  return prefix === undefined ? header.toLowerCase() : `option_${header.slice(prefix.length)}`;
}

function csvMessage(code: string): string {
  if (code === "CSV_RECORD_INCONSISTENT_COLUMNS") return "has another number of cells than the header";
  return code === "CSV_MAX_RECORD_SIZE" ? `is longer than ${MAXIMUM_LINE_BYTES} bytes` : "is not well-formed CSV";
}

function unreadable(line: number, message: string): ImportRecord {
  return { lines: [line], draft: undefined, problems: [{ line, field: "(line)", message }] };
}

/** Lines as bytes without their ends; undefined for one that is too long, whose bytes are dropped as they come. */
async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | undefined> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const add = (part: Uint8Array) => {
    sizeBytes += part.length;
    if (sizeBytes <= MAXIMUM_LINE_BYTES) parts.push(part);
    else parts = [];
  };
  const take = () => {
    const line = sizeBytes > MAXIMUM_LINE_BYTES ? undefined : parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    sizeBytes = 0;
    return line;
  };
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (sizeBytes > 0) yield take();
}
