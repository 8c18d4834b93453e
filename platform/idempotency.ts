import { createHash } from "node:crypto";
import type { Operation } from "#kernel/contract";
import { refuse } from "#kernel/refusal";
import type { Actor, Ctx } from "./ctx.ts";
import { isLockTimeout, type Queryable, type Tx } from "./database.ts";
import { json, sql } from "./sql.ts";

/** Does `work` once per (principal, operation, Idempotency-Key), in one transaction with the key: a repeat with the same body gets
 *  the first answer, another body IDEMPOTENCY_KEY_REUSED, a repeat during the first IDEMPOTENCY_IN_FLIGHT. Without a key it just runs. */
export async function answerOnce<Answer>(
  ctx: Ctx,
  operation: Operation,
  input: unknown,
  work: (tx: Tx) => Promise<Answer>,
): Promise<Answer> {
  if (ctx.idempotencyKey === undefined) return ctx.db.transaction(work);
  const earlier = await findKey(ctx.db, keyOf(ctx, operation));
  if (earlier !== undefined) return replay(ctx, earlier, input) as Answer;
  return ctx.db.transaction(async (tx) => {
    const claim = await claimKey(ctx, tx, operation, input);
    if (!claim.isNew) return claim.answer as Answer;
    const answer = await work(tx);
    await tx.run(saveAnswer(keyOf(ctx, operation), answer));
    return answer;
  });
}

export type Claim =
  | { readonly isNew: true }
  | { readonly isNew: false; readonly subject: string | undefined; readonly answer: unknown };

/** Takes the key inside a transaction of the caller's, for work that outlives one: `subject` (an id) is what a repeat is told.
 *  Refuses like `answerOnce`. Without a key every claim is new. */
export async function claimKey(
  ctx: Ctx,
  tx: Tx,
  operation: Operation,
  input: unknown,
  subject?: string,
): Promise<Claim> {
  if (ctx.idempotencyKey === undefined) return { isNew: true };
  const key = keyOf(ctx, operation);
  const isNew = await tx.run(insertKey(key, bodyHash(input), subject)).catch((error: unknown) => {
    if (isLockTimeout(error)) throw refuse.IDEMPOTENCY_IN_FLIGHT();
    throw error;
  });
  if (isNew === 1) return { isNew: true };
  const earlier = await findKey(tx, key);
  if (earlier === undefined) throw refuse.IDEMPOTENCY_IN_FLIGHT();
  return { isNew: false, subject: earlier.subject ?? undefined, answer: replay(ctx, earlier, input) };
}

/** Finds what an earlier request with this key was told, without taking the key. Refuses IDEMPOTENCY_KEY_REUSED. */
export async function findClaim(ctx: Ctx, operation: Operation, input: unknown): Promise<Claim | undefined> {
  if (ctx.idempotencyKey === undefined) return undefined;
  const earlier = await findKey(ctx.db, keyOf(ctx, operation));
  if (earlier === undefined) return undefined;
  return { isNew: false, subject: earlier.subject ?? undefined, answer: replay(ctx, earlier, input) };
}

/** Forgets keys taken before `before`; the platform's daily job. Resolves to how many. */
export async function forgetOldKeys(db: Queryable, before: Date): Promise<number> {
  return db.run(sql`delete from idempotency_keys where created_at < ${before}`);
}

type Key = { readonly principal: string; readonly operation: string; readonly key: string };
type KeyRow = { body_hash: string; answer: unknown; subject: string | null };

function replay(ctx: Ctx, earlier: KeyRow, input: unknown): unknown {
  if (earlier.body_hash !== bodyHash(input)) throw refuse.IDEMPOTENCY_KEY_REUSED();
  ctx.markReplayed();
  return earlier.answer;
}

function keyOf(ctx: Ctx, operation: Operation): Key {
  return { principal: `${ctx.store}/${principalOf(ctx.actor)}`, operation: operation.name, key: ctx.idempotencyKey! };
}

function principalOf(actor: Actor): string {
  if (actor.kind === "anonymous") return "anonymous";
  return `${actor.kind}:${actor.kind === "service" ? actor.name : actor.id}`;
}

/** SHA-256 of the input with its keys in a fixed order. */
function bodyHash(input: unknown): string {
  return createHash("sha256").update(canonical(input)).digest("base64url");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}

function findKey(db: Queryable, key: Key): Promise<KeyRow | undefined> {
  return db.find(sql<KeyRow>`
    select body_hash, answer, subject from idempotency_keys
    where principal = ${key.principal} and operation = ${key.operation} and key = ${key.key}`);
}

function insertKey(key: Key, hash: string, subject: string | undefined) {
  return sql`
    insert into idempotency_keys (principal, operation, key, body_hash, subject)
    values (${key.principal}, ${key.operation}, ${key.key}, ${hash}, ${subject ?? null})
    on conflict do nothing`;
}

function saveAnswer(key: Key, answer: unknown) {
  return sql`
    update idempotency_keys set answer = ${json(answer ?? null)}::jsonb
    where principal = ${key.principal} and operation = ${key.operation} and key = ${key.key}`;
}
