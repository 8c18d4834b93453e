import type { Finding } from "#kernel/audit";
import type { Audit } from "../audit.ts";
import { countDeadLetters, findLateEvents, listStuckKeys } from "./outbox-audit-store.ts";

const LATE_MS = 60_000;
const STUCK_MS = 3_600_000;

/** Whether the events of a service leave, and whether those it hears are handled. */
export const outboxAudit: Audit = {
  name: "outbox",
  summary: "Looks for events that do not leave the service, that wait too long to be handled, or that were given up.",
  everyMs: 30_000,
  async find(ctx, { limit }) {
    const [late, stuck, dead] = await Promise.all([
      findLateEvents(ctx.db, LATE_MS),
      listStuckKeys(ctx.db, { since: new Date(ctx.now.getTime() - STUCK_MS), limit }),
      countDeadLetters(ctx.db, limit),
    ]);
    const findings: Finding[] = [];
    if (late.count > 0)
      findings.push({
        subject: "outbox",
        what: "events that wait for the bus for more than 60 s",
        expected: 0,
        found: late.count,
        likelyCause: `the relay stands still or the bus is out of reach; the oldest waits for ${late.oldestSeconds} s: ${late.types.join(", ")}`,
      });
    for (const { topic, key, attempts } of stuck)
      findings.push({
        subject: `${topic}/${key}`,
        what: "tries to handle an event in more than an hour",
        expected: 1,
        found: attempts,
        likelyCause: "its handler fails each time; the log has the reason, later events of the subject wait behind it",
      });
    for (const { type, count } of dead)
      findings.push({
        subject: type,
        what: "events given up",
        expected: 0,
        found: count,
        likelyCause: `their handler failed too often; replay or discard them at /dead-letters/${ctx.service}`,
      });
    return { findings: findings.slice(0, limit), checked: late.seen + stuck.length + dead.length };
  },
};
