import type { Input, Output } from "#kernel/contract";
import { Refusal } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { sqlState } from "#platform/database";
import { checkFor } from "#platform/invoke";
import { catalog } from "./contract.ts";
import type { Decision } from "./model/decide.ts";
import type { ImportResult, ProductDraft } from "./product-schema.ts";
import { readCsv, readNdjson, type ImportRecord } from "./read-import.ts";
import { refusalOf, retryRaces, saveProducts } from "./save-products.ts";
import { defaultLocale } from "./settings.ts";
import { ConcurrentChange } from "./write-store.ts";

const BATCH_SIZE = 200;
const ERRORS_KEPT = 100;

type Line = { readonly lines: readonly number[]; readonly draft: ProductDraft };
type Tally = { -readonly [Field in keyof Omit<ImportResult, "errors">]: number } & {
  errors: ImportResult["errors"][number][];
};

/** Takes a stream of products in batches of one transaction each: what was taken stays when the stream breaks, and repeating
 *  the file goes on from there. A line that cannot be taken is told (the first 100) and blocks no other. */
export async function importProducts(
  input: Input<typeof catalog.importProducts>,
  ctx: Ctx,
): Promise<Output<typeof catalog.importProducts>> {
  const { format = "ndjson", from = 1, body } = input;
  const defaults = { locale: ctx.setting(defaultLocale), market: ctx.market, currency: ctx.currency };
  const records =
    format === "csv" ? readCsv(body, { from, defaults, refuseHeader: refusalOf }) : readNdjson(body, from);
  const tally: Tally = { lines: 0, created: 0, updated: 0, unchanged: 0, failed: 0, errors: [] };
  let batch: Line[] = [];
  for await (const record of records) {
    tally.lines += record.lines.length;
    const line = checked(record, tally);
    if (line !== undefined) batch.push(line);
    if (batch.length < BATCH_SIZE) continue;
    await takeBatch(batch, tally, ctx);
    batch = [];
  }
  if (batch.length > 0) await takeBatch(batch, tally, ctx);
  return tally;
}

const checkDraft = checkFor(catalog.createProduct);

/** The record's draft when it has the shape that `createProduct` takes too; else its problems are counted. */
function checked(record: ImportRecord, tally: Tally): Line | undefined {
  tally.failed += new Set(record.problems.map((problem) => problem.line)).size;
  for (const problem of record.problems) addError(tally, problem);
  if (record.draft === undefined) return undefined;
  const bad = new Set(record.problems.map((problem) => problem.line));
  const lines = record.lines.filter((line) => !bad.has(line));
  try {
    if (typeof record.draft !== "object" || record.draft === null || Array.isArray(record.draft))
      throw refusalOf([{ code: "INVALID", field: "(line)", message: "is not a JSON object" }]);
    return { lines, draft: checkDraft.check(record.draft, "strict") as ProductDraft };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    fail(tally, lines, error.data["errors"] as { field: string; message: string }[]);
    return undefined;
  }
}

/** Takes a batch in one transaction. When the database refuses the data of it, halves it until the line to blame is alone. */
async function takeBatch(batch: readonly Line[], tally: Tally, ctx: Ctx): Promise<void> {
  ctx.signal.throwIfAborted();
  try {
    const wishes = batch.map(({ draft }) => ({ kind: "upsert" as const, draft }));
    const decisions = await retryRaces(() => ctx.db.transaction((tx) => saveProducts(ctx, tx, wishes)));
    for (const [index, decision] of decisions.entries()) count(decision, batch[index]!, tally);
  } catch (error) {
    if (!isAboutData(error)) throw error;
    if (batch.length === 1) {
      const message = error instanceof Refusal ? error.message : "cannot be stored";
      ctx.log.warn({ line: batch[0]!.lines[0], error }, "import line refused by the database");
      fail(tally, batch[0]!.lines, [{ field: "(line)", message }]);
      return;
    }
    const middle = batch.length >> 1;
    await takeBatch(batch.slice(0, middle), tally, ctx);
    await takeBatch(batch.slice(middle), tally, ctx);
  }
}

function count(decision: Decision, line: Line, tally: Tally): void {
  if (decision.outcome === "refused") fail(tally, line.lines, decision.problems);
  else tally[decision.outcome]++;
}

/** Values that PostgreSQL does not take (classes 22 and 23), a refusal of ours, a race that was lost again and again. */
function isAboutData(error: unknown): boolean {
  const state = sqlState(error) ?? "";
  const isOurs = error instanceof Refusal && error.status === 422;
  return isOurs || error instanceof ConcurrentChange || state.startsWith("22") || state.startsWith("23");
}

function fail(tally: Tally, lines: readonly number[], problems: readonly { field: string; message: string }[]): void {
  tally.failed += lines.length;
  for (const { field, message } of problems) addError(tally, { line: lines[0]!, field, message });
}

function addError(tally: Tally, { line, field, message }: { line: number; field: string; message: string }): void {
  if (tally.errors.length < ERRORS_KEPT) tally.errors.push({ line, field, message });
}
