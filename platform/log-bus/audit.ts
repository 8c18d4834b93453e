import { discrepanciesFoundBy, type Finding } from "#kernel/audit";
import { eventType, type DataOf } from "#kernel/event";
import { newId } from "#kernel/id";
import type { Found, Search } from "../audit.ts";
import { messageOf, type Message } from "../bus.ts";
import type { Database } from "../database.ts";
import {
  findRepeated,
  findRepeatedOf,
  listPartitions,
  listStandings,
  measureStretches,
  type Kept,
  type Standing,
  type Stretch,
} from "./audit-store.ts";

const ENTRIES_AT_A_TIME = 5_000;
/** A group that is behind and has not moved for so long stands still. */
const STANDS_STILL_MS = 50_000;

/** `read`: the last entry looked at per partition; `behind`: where each group that is behind stands, and since when (unix ms). */
type Position = {
  readonly read: Readonly<Record<string, number>>;
  readonly behind: Readonly<Record<string, readonly [offset: number, sinceMs: number]>>;
};

/** Whether the log has every entry of every partition once, and its groups stand inside it and move. */
export async function auditLog(db: Database, now: Date, search: Search): Promise<Found> {
  const from: Position =
    search.position === null ? { read: {}, behind: {} } : (JSON.parse(search.position) as Position);
  const partitions = await listPartitions(db);
  const isSuspect = (one: Stretch) => search.suspects.includes(nameOf(one));
  const wanted = search.scope === "suspects" ? partitions.filter(isSuspect) : partitions;
  const stretches = wanted.map((one) =>
    search.scope === "news" && !isSuspect(one) ? { ...one, fromOffset: from.read[nameOf(one)] ?? 0 } : one,
  );
  const log = await readThrough(db, stretches);
  const groups = await judgeGroups(db, now, from);
  const repeated = await findRepeatedOf(
    db,
    search.suspects.filter((one) => UUID.test(one)),
  );
  const twice = [...new Map([...log.repeated, ...repeated].map((one) => [one.eventId, one])).values()];
  const findings = [
    ...log.findings,
    ...twice.map(({ eventId, count }) => ({
      subject: eventId,
      what: "entries of this event",
      expected: 1,
      found: count,
      likelyCause: "the unique index of event ids is gone or broken",
    })),
    ...groups.findings,
  ];
  const position: Position = { read: { ...from.read, ...log.read }, behind: groups.behind };
  return { findings: findings.slice(0, search.limit), checked: log.checked, position: JSON.stringify(position) };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type ReadThrough = {
  readonly findings: Finding[];
  readonly repeated: { readonly eventId: string; readonly count: number }[];
  readonly read: Record<string, number>;
  checked: number;
};

/** Reads stretches to their ends, some thousand entries of each at a time; each time begins with the last entry of the time before. */
async function readThrough(db: Database, stretches: readonly Stretch[]): Promise<ReadThrough> {
  const result: ReadThrough = { findings: [], repeated: [], read: {}, checked: 0 };
  for (let left = stretches; left.length > 0;) {
    result.repeated.push(...(await findRepeated(db, left, ENTRIES_AT_A_TIME)));
    const measured = await measureStretches(db, left, ENTRIES_AT_A_TIME);
    for (const kept of measured) {
      result.findings.push(...findingsOf(kept));
      result.checked += kept.count;
      if (kept.last !== null) result.read[nameOf(kept)] = kept.last;
    }
    left = measured.filter((kept) => !isAtEnd(kept)).map((kept) => ({ ...kept, fromOffset: kept.last! }));
  }
  const first = new Map(result.findings.map((finding) => [`${finding.subject} ${finding.what}`, finding]));
  return { ...result, findings: [...first.values()] };
}

function isAtEnd(kept: Kept): boolean {
  return kept.count < ENTRIES_AT_A_TIME;
}

function findingsOf(kept: Kept): readonly Finding[] {
  const { first, last, count, nextOffset, fromOffset, hasOlder } = kept;
  if (first === null || last === null) return [];
  const subject = nameOf(kept);
  const findings: Finding[] = [];
  const begin = hasOlder ? fromOffset : first;
  const expected = last - begin + 1;
  const likelyCause = "entries were deleted, or written past the lock of the partition";
  if (count !== expected)
    findings.push({ subject, what: "entries without a gap", expected, found: count, likelyCause });
  if (isAtEnd(kept) && last + 1 !== nextOffset)
    findings.push({ subject, what: "newest entry", expected: nextOffset - 1, found: last, likelyCause });
  return findings;
}

async function judgeGroups(
  db: Database,
  now: Date,
  from: Position,
): Promise<{ findings: readonly Finding[]; behind: Position["behind"] }> {
  const behind: Record<string, readonly [number, number]> = {};
  const findings: Finding[] = [];
  for (const standing of await listStandings(db)) {
    const subject = `${standing.group} ${nameOf(standing)}`;
    const { nextOffset, endOffset } = standing;
    if (nextOffset > endOffset) {
      const likelyCause = "the log was set back, or the group's place was written by hand: it will miss events";
      findings.push({ subject, what: "place, at most the end", expected: endOffset, found: nextOffset, likelyCause });
      continue;
    }
    const known = from.behind[subject];
    const sinceMs = known?.[0] === nextOffset ? known[1] : now.getTime();
    behind[subject] = [nextOffset, sinceMs];
    if (now.getTime() - sinceMs < STANDS_STILL_MS) continue;
    const likelyCause =
      "nobody reads for the group, or its batch fails again and again; the log of its service has the reason";
    findings.push({
      subject,
      what: "events behind, not moving",
      expected: 0,
      found: endOffset - nextOffset,
      likelyCause,
    });
  }
  return { findings, behind };
}

function nameOf({ topic, partition }: Pick<Stretch | Standing, "topic" | "partition">): string {
  return `${topic}/${partition}`;
}

/** What the bus tells of itself, under the topic `bus`: it belongs to no shop and no market. */
export function messageOfBus(data: DataOf<ReturnType<typeof discrepanciesFoundBy>>): Message {
  const kind = discrepanciesFoundBy("bus");
  return messageOf({
    specversion: "1.0",
    id: newId("event"),
    source: "/bus",
    type: eventType(kind),
    subject: data.audit,
    time: data.foundAt,
    store: "all",
    market: "all",
    data,
  });
}
