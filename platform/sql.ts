import { createHash } from "node:crypto";

/** A statement ready to be sent: `name` makes PostgreSQL keep its plan per connection. `Row` is what it returns. */
export type Statement<Row = unknown> = {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Only in the type. */
  readonly row?: Row;
};

const known = new WeakMap<TemplateStringsArray, { name: string; text: string }>();

/** The only way to write SQL: values never become text. `sql<{ id: string }>\`select id from orders where id = ${id}\``.
 *  Arrays become PostgreSQL arrays (`= any(${ids}::uuid[])`); wrap anything that is meant as JSON in `json()`. */
export function sql<Row = unknown>(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement<Row> {
  let prepared = known.get(strings);
  if (prepared === undefined) {
    const text = strings.reduce((sofar, part, index) => `${sofar}$${index}${part}`);
    prepared = { text, name: createHash("sha1").update(text).digest("base64url") };
    known.set(strings, prepared);
  }
  return { name: prepared.name, text: prepared.text, values };
}

/** Marks a value that goes into a `json` or `jsonb` column or is unpacked by `jsonb_to_recordset`. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}
