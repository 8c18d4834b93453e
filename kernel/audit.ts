import Type, { type Static } from "typebox";
import { defineEvent, type EventKind } from "./event.ts";
import { IdOf } from "./id.ts";

const Value = Type.Union([Type.String(), Type.Number()]);

/** One thing that is not as it must be: ids, words and numbers, never personal data. `subject` and `what` together name it. */
export const Finding = Type.Object({
  subject: Type.String(),
  what: Type.String(),
  expected: Value,
  found: Value,
  likelyCause: Type.String(),
});
export type Finding = Readonly<Static<typeof Finding>>;

const DiscrepanciesFoundData = Type.Object({
  auditId: IdOf("audit"),
  audit: Type.String(),
  count: Type.Integer({ description: "All that were found; of those, the first are in `findings`." }),
  findings: Type.Array(Finding, { maxItems: 20 }),
  foundAt: Type.String({ format: "date-time" }),
});
export type DiscrepanciesFound = EventKind<typeof DiscrepanciesFoundData>;

const kinds = new Map<string, DiscrepanciesFound>();

/** What a service tells when one of its audits finds something that was not known: `hear(discrepanciesFoundBy("orders"), …)`.
 *  Every service that is audited publishes it; one value per service. */
export function discrepanciesFoundBy(service: string): DiscrepanciesFound {
  const known = kinds.get(service);
  if (known !== undefined) return known;
  const kind = defineEvent({
    service,
    name: "DiscrepanciesFound",
    version: 1,
    subject: "audit",
    summary: "An audit found something that is not as it must be, and that was not told before.",
    data: DiscrepanciesFoundData,
    fields: {
      auditId: "This look of the audit.",
      audit: "Name of the audit; also of the command that looks again.",
      findings: "What is not as it must be.",
      foundAt: "When it was believed: at the second look.",
    },
  });
  kinds.set(service, kind);
  return kind;
}
