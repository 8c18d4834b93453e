import { finding, type Finding, type Rule, type Told } from "./finding.ts";
import type { OperationSnapshot } from "./snapshot.ts";

/** Access by how much it admits; what is in no other's list can be exchanged for nothing. */
const ADMITS_ALL_OF: Readonly<Record<string, readonly string[]>> = {
  anyone: ["anyone", "shopper", "customer", "staff", "service"],
  shopper: ["shopper", "customer", "staff", "service"],
  customer: ["customer", "service"],
  staff: ["staff", "service"],
  service: ["service"],
};

export function compareAddress(name: string, old: OperationSnapshot, now: OperationSnapshot): readonly Finding[] {
  const found: Finding[] = [];
  const [was, is] = [`${old.method} ${old.path}`, `${now.method} ${now.path}`];
  const beside = "Add an operation beside this one";
  const add = (rule: Rule, at: string, told: Told) => void found.push(finding(rule, name, at, told));
  if (was !== is)
    add("address-changed", "", {
      was: `is ${is}, no longer ${was}`,
      seen: "an old client gets 404 or 405",
      instead: beside,
    });
  if (!(ADMITS_ALL_OF[now.access] ?? []).includes(old.access))
    add("access-narrowed", "", {
      was: `is for ${now.access}, no longer for ${old.access}`,
      seen: "an old client gets 401, 403 or 404",
      instead: beside,
    });
  if (old.success !== now.success)
    add("success-changed", "", {
      was: `answers ${now.success}, no longer ${old.success}`,
      seen: "an old client that decides by the status takes another branch",
      instead: beside,
    });
  if (!old.mayGoOn && now.mayGoOn)
    add("may-go-on", "", {
      was: "may answer 202 and go on",
      seen: "an old client takes unfinished work for done",
      instead: beside,
    });
  if (old.body !== now.body)
    add("body-changed", "", {
      was: `takes a ${now.body} body`,
      seen: `an old client sends ${old.body}`,
      instead: beside,
    });
  if (now.bodyLimitBytes < old.bodyLimitBytes)
    add("body-limit-lowered", "", {
      was: `takes ${now.bodyLimitBytes} bytes, no longer ${old.bodyLimitBytes}`,
      seen: "an old client gets 413",
      instead: "Keep the limit",
    });
  for (const field of new Set([...Object.keys(old.headers), ...Object.keys(now.headers)]))
    if (old.headers[field] !== now.headers[field] && Object.hasOwn((old.input["properties"] ?? {}) as object, field))
      add("header-changed", field, {
        was: `travels as ${place(now.headers[field])}, no longer as ${place(old.headers[field])}`,
        seen: "the new server overlooks what an old client sends",
        instead: "Keep its place and add a field beside",
      });
  return found;
}

function place(header: string | undefined): string {
  return header === undefined ? "a plain field" : `the header ${header}`;
}

export function compareKey(name: string, old: OperationSnapshot, now: OperationSnapshot): readonly Finding[] {
  if (now.idempotencyKey === "required" && old.idempotencyKey !== "required")
    return [
      finding("key-demanded", name, "Idempotency-Key", {
        was: "is required now",
        seen: "an old client that sends none gets 400",
        instead: "Let it be optional",
      }),
    ];
  if (now.idempotencyKey === "none" && old.idempotencyKey !== "none")
    return [
      finding("key-dropped", name, "Idempotency-Key", {
        was: "is no longer kept",
        seen: "a repeat by an old client is done twice",
        instead: "Keep the promise",
      }),
    ];
  return [];
}

/** Declarations that change no meaning on the wire: how long it may take, how long an answer may be kept. */
const MAY_CHANGE = new Set(["timeoutMs", "cacheSeconds"]);

export function compareMore(name: string, old: OperationSnapshot, now: OperationSnapshot): readonly Finding[] {
  const changed = Object.keys(old.more).filter(
    (key) => !MAY_CHANGE.has(key) && JSON.stringify(old.more[key]) !== JSON.stringify(now.more[key]),
  );
  return changed.map((key) =>
    finding("more-changed", name, key, {
      was: `is declared as ${JSON.stringify(now.more[key]) ?? "nothing"}, no longer as ${JSON.stringify(old.more[key])}`,
      seen: "an old client counts on the old declaration",
      instead: "Keep it, or add an operation beside",
    }),
  );
}
