import { join } from "node:path";
import Type from "typebox";
import { describe, expect, it } from "vitest";
import { defineContract } from "#kernel/contract";
import { defineEvent } from "#kernel/event";
import { Money } from "#kernel/money";
import { defineRefusals, refuse as general } from "#kernel/refusal";
import { readTree } from "../architecture/tree.ts";
import { readFlow } from "./event-flow.ts";
import { eventsPage, meaningsOf } from "./events-page.ts";
import { refusalsPage } from "./refusals-page.ts";
import { fieldsOf } from "./schema-words.ts";
import { readServices } from "./services.ts";

const Sku = Type.String({ description: "The SKU." });
const Sold = defineEvent({
  service: "stall",
  name: "Sold",
  version: 2,
  subject: "sku",
  summary: "It is sold.",
  data: Type.Object({ sku: Sku, price: Money, note: Type.Optional(Type.Union([Type.String(), Type.Null()])) }),
  fields: { price: "What was paid." },
});

describe("the words of a schema", () => {
  it.each([
    [Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Integer() })), "list of { sku, quantity }"],
    [Type.Union([Money, Type.Null()]), "money, or null"],
    [Type.Enum(["in", "out"]), `"in" or "out"`],
    [Type.Record(Type.String(), Type.Boolean()), "map of yes or no"],
    [Type.String({ format: "date-time" }), "time"],
    [Type.Unknown(), "anything"],
  ])("%# are plain", (schema, words) => {
    expect(fieldsOf(Type.Object({ field: schema }))).toEqual([{ name: "field", words, meaning: undefined }]);
  });
});

describe("the page of refusals", () => {
  const refuse = defineRefusals({
    SOLD_OUT: { status: 409, title: "Sold out.", advice: "Come again.", data: Type.Object({ sku: Sku }) },
  });
  const open = { access: "anyone", summary: "", input: Type.Object({}), output: Type.Object({}) } as const;
  const stall = defineContract("stall", {
    buy: { ...open, method: "POST", path: "/buys", idempotencyKey: "required", refuses: [refuse.SOLD_OUT] },
    look: { ...open, method: "GET", path: "/looks" },
    hold: { ...open, method: "POST", path: "/holds", access: "service", refuses: [refuse.SOLD_OUT] },
  });
  const { IDEMPOTENCY_KEY_REQUIRED, SERVICE_UNAVAILABLE, HEADERS_TOO_LARGE } = general;
  const page = refusalsPage({
    groups: [
      {
        title: "Every operation",
        intro: "",
        kinds: [IDEMPOTENCY_KEY_REQUIRED, SERVICE_UNAVAILABLE, HEADERS_TOO_LARGE],
      },
      { title: "stall", intro: "", kinds: [refuse.SOLD_OUT] },
      { title: "empty", intro: "", kinds: [] },
    ],
    contracts: [stall],
    prefix: "/api",
  });

  it("says of each what it means, what to do, what it carries and who answers it", () => {
    expect(page).toContain("### `SOLD_OUT` 409\n\nSold out. **Come again.**\n\n- Data: `sku` text\n");
    expect(page).toContain("- Answered by `POST /api/buys`, `stall.hold` (between services)\n");
    expect(page).not.toContain("## empty");
  });

  it("names those that many operations answer by what these have in common", () => {
    const answerers = (code: string) => new RegExp(`\`${code}\` \\d+\n[^#]*- Answered by (.*)`).exec(page)?.[1];
    expect(answerers("SERVICE_UNAVAILABLE")).toBe("every operation");
    expect(answerers("IDEMPOTENCY_KEY_REQUIRED")).toMatch(/^every operation/);
    expect(answerers("HEADERS_TOO_LARGE")).toBe("the port itself, whatever is asked");
  });
});

describe("the page of events", () => {
  it("has both ends of an event, its fields, and the picture of what crosses services", () => {
    const listeners = [
      { service: "till", way: "hears", file: "services/till/count.ts" },
      { service: "stall", way: "watches", file: "services/stall/forget.ts" },
    ] as const;
    const flow = [{ kind: Sold as never, type: "stall.Sold.v2", madeIn: ["services/stall/sell.ts"], listeners }];
    const page = eventsPage({ flow, audited: ["bus"] });
    expect(page).toContain("- Made in [sell.ts](../services/stall/sell.ts)");
    expect(page).toContain("- Heard by till → [count.ts](../services/till/count.ts)");
    expect(page).toContain("| `price` | money | What was paid. |");
    expect(page).toContain("| `note` | text, or null, optional |  |");
    expect(page).toContain("  stall[stall] -- Sold --> till[till]\n```");
  });

  it("knows every end in the code, and what every field means", async () => {
    const flow = readFlow(readTree(join(import.meta.dirname, "../..")), await readServices());
    const ends = flow.map(({ type, madeIn }) => ({ type, isMade: madeIn.length > 0 }));
    expect(ends.filter(({ isMade }) => !isMade)).toEqual([]);
    const listening = flow.flatMap(({ listeners }) => listeners.map(({ file }) => file));
    expect(listening.filter((file) => file.endsWith("/service.ts"))).toEqual([]);
    const silent = flow.flatMap(({ type, kind }) => silentFields(kind).map((name) => `${type} ${name}`));
    expect(silent).toEqual([]);
  });

  it("finds a field that says nothing", () => {
    expect(silentFields(Sold as never)).toEqual(["note"]);
  });
});

function silentFields(kind: Parameters<typeof meaningsOf>[0]): readonly string[] {
  return meaningsOf(kind)
    .filter(({ meaning }) => meaning === undefined)
    .map(({ name }) => name);
}
