import { discrepanciesFoundBy, type Finding } from "#kernel/audit";
import type { EventKind } from "#kernel/event";
import { outboxAudit } from "./audit/outbox-audit.ts";
import { linesOf, runAudit, type Report } from "./audit/run.ts";
import type { Ctx } from "./ctx.ts";
import type { Command, Job } from "./service.ts";

/** What is to be looked at. */
export type Search = {
  /** `news`: what changed since `position`, and a slice of the rest, cheaply; `all`; `suspects`: only those. An audit that
   *  cannot tell them apart looks at everything. */
  readonly scope: "news" | "all" | "suspects";
  /** What the last search answered; null at the first. */
  readonly position: string | null;
  /** Subjects of findings that are still open: to be looked at in every scope. */
  readonly suspects: readonly string[];
  /** More findings than these are of no use. */
  readonly limit: number;
};

export type Found = {
  readonly findings: readonly Finding[];
  /** How many things were looked at. */
  readonly checked: number;
  /** Handed to the next search. */
  readonly position?: string;
};

/** A question that a running shop asks itself again and again. `find` changes nothing, takes no locks and may run beside everything
 *  else; what it finds is believed only when a second look, a moment later, finds it too. What is on its way is no finding. */
export type Audit = {
  readonly name: string;
  readonly summary: string;
  readonly everyMs: number;
  /** How long a run may take; 60,000 unless told. */
  readonly leaseMs?: number;
  find(ctx: Ctx, search: Search): Promise<Found>;
};

export function defineAudit(audit: Audit): Audit {
  return audit;
}

type Audited = {
  readonly name: string;
  readonly audits?: readonly Audit[];
  readonly jobs?: readonly Job[];
  readonly commands?: readonly Command[];
  readonly publishes?: readonly EventKind<any>[];
  readonly hears?: readonly unknown[];
  readonly hasDatabase?: boolean;
};

/** Makes of each audit a leased job, a command, a metric and an event; gives every service that publishes or hears the audit of
 *  its own outbox and parked events. */
export function withAudits<S extends Audited>(service: S): S {
  if (service.hasDatabase === false) {
    if ((service.audits ?? []).length > 0)
      throw new Error(`${service.name} has audits and no database to keep them in`);
    return service;
  }
  const { name, jobs = [], commands = [], publishes = [], hears = [], audits: own = [] } = service;
  const audits = publishes.length + hears.length + own.length > 0 ? [...own, outboxAudit] : [];
  if (audits.length === 0) return service;
  const names = [...commands, ...audits].map((one) => one.name);
  const repeated = names.find((one, index) => names.indexOf(one) < index);
  if (repeated !== undefined) throw new Error(`${name} has two commands or audits that are named ${repeated}`);
  return {
    ...service,
    audits,
    jobs: [...jobs, ...audits.map(jobOf)],
    commands: [...commands, ...audits.map(commandOf)],
    publishes: [...publishes, discrepanciesFoundBy(name)],
  };
}

const LEASE_MS = 60_000;
const COMMAND_MS = 600_000;

function jobOf(audit: Audit): Job {
  const { name, everyMs, leaseMs = LEASE_MS } = audit;
  return { name: `audit-${name}`, everyMs, leaseMs, run: async (ctx) => void (await runFor(ctx, audit, "news")) };
}

function commandOf(audit: Audit): Command {
  return {
    name: audit.name,
    summary: `${audit.summary} Looks at what changed; --all looks at everything.`,
    run: async (ctx, args) => linesOf(await runFor(ctx, audit, args.includes("--all") ? "all" : "news")),
  };
}

function runFor(ctx: Ctx, audit: Audit, scope: "news" | "all"): Promise<Report> {
  const limitMs = scope === "all" ? COMMAND_MS : (audit.leaseMs ?? LEASE_MS);
  return runAudit({
    name: audit.name,
    db: ctx.db,
    log: ctx.log,
    scope,
    now: () => ctx.detached(limitMs).now,
    find: (search) => audit.find(ctx.detached(limitMs), search),
    publish: (tx, news) => ctx.publish(tx, discrepanciesFoundBy(ctx.service), news),
  });
}
