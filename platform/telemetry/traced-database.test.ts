import { expect, test } from "vitest";
import { readShape } from "./traced-database.ts";

test.each([
  ["select id from orders where id = $1", "SELECT orders"],
  ["insert into order_history (order_id) values ($1)", "INSERT order_history"],
  ["with placed as (insert into orders (id) values ($1) returning id) select id from placed", "INSERT orders"],
  ["with was as (select name from lease for update) update lease set holder = $1 from was", "UPDATE lease"],
  ["select 1 from payment where payment_id = $1 for update", "SELECT payment"],
  ["select sku from item order by sku for no key update", "SELECT item"],
  ["insert into audit_result (audit) values ($1) on conflict (audit) do update set audit = $1", "INSERT audit_result"],
  ["delete from outbox where seq = any($1)", "DELETE outbox"],
  ["select count(*) from (select state from reservation limit 10) open", "SELECT reservation"],
  ["select 1", "SELECT"],
  ["begin", "OTHER"],
])("%s is named by its verb and its table: %s", (text, summary) => {
  expect(readShape(text).summary).toBe(summary);
});
