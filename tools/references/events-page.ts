import { discrepanciesFoundBy } from "#kernel/audit";
import type { EventKind } from "#kernel/event";
import type { EventFlow, Listener } from "./event-flow.ts";
import { cell, fieldsOf } from "./schema-words.ts";

const INTRO = `# Events

Facts that services tell each other. Written by \`node tools/generate-events.ts\` from every \`events.ts\` and \`service.ts\`; the same for
machines: [api/asyncapi.json](api/asyncapi.json).

An event is a CloudEvents 1.0 envelope: \`id\` (UUIDv7, unique for ever), \`type\`, \`subject\`, \`time\`, \`store\`, \`market\`, \`data\`.

| promise | |
|---|---|
| with its change | written in the transaction that makes it true: never lost, never told of what did not happen |
| at least once | a listener drops a repeat by \`id\` (\`applyOnce\` of [platform/consume.ts](../platform/consume.ts)) or repeats harmlessly |
| in order | of one subject, as its publisher committed; between subjects no order. \`subjectversion\` grows where the publisher keeps one |
| heard | once per service, by one replica; one that fails is tried again, holds up its subject only, at last waits as dead letter |
| watched | by every replica from its start on, not stored, not tried again: what is kept in memory is forgotten |
| kept | \`BUS_RETENTION_DAYS\` days, for new listeners and replays |
| changed | fields are only added; anything else is a new version beside the old |`;

export type EventSource = {
  readonly flow: readonly EventFlow[];
  /** Services that tell what their audits find; \`bus\` among them. */
  readonly audited: readonly string[];
};

/** docs/events.md: a picture of who tells whom, then each event with its fields and both of its ends. */
export function eventsPage({ flow, audited }: EventSource): string {
  const publishers = [...new Set(flow.map(({ kind }) => kind.service))];
  const sections = publishers.map((service) => {
    const own = flow.filter(({ kind }) => kind.service === service);
    return [`## ${service}`, ...own.map(eventText)].join("\n\n");
  });
  return `${[INTRO, picture(flow), table(flow), ...sections, auditText(audited)].join("\n\n")}\n`;
}

/** Only what crosses services: what a service watches of itself would hide it. */
function picture(flow: readonly EventFlow[]): string {
  const names = new Map<string, string[]>();
  for (const { kind, listeners } of flow)
    for (const listener of listeners.filter(({ service }) => service !== kind.service)) {
      const arrow = `${nodeOf(kind.service)} ARROW ${nodeOf(listener.service)}`;
      names.set(arrow, [...(names.get(arrow) ?? []), kind.name]);
    }
  const arrows = [...names].map(([arrow, kinds]) => `  ${arrow.replace("ARROW", `-- ${kinds.join("<br>")} -->`)}`);
  return ["```mermaid", "flowchart LR", ...arrows, "```"].join("\n");
}

function nodeOf(service: string): string {
  return `${service.replaceAll("-", "_")}[${service}]`;
}

function table(flow: readonly EventFlow[]): string {
  const rows = flow.map(({ type, kind, listeners }) => {
    const hearers = namesOf(listeners, "hears");
    const watchers = namesOf(listeners, "watches");
    return `| [\`${type}\`](#${anchor(type)}) | \`${kind.subject}\` | ${hearers} | ${watchers} |`;
  });
  return ["| event | subject | heard by | watched by |", "|---|---|---|---|", ...rows].join("\n");
}

function namesOf(listeners: readonly Listener[], way: Listener["way"]): string {
  return listeners
    .filter((one) => one.way === way)
    .map(({ service }) => service)
    .join(", ");
}

/** As GitHub makes it of a heading. */
function anchor(type: string): string {
  return type.toLowerCase().replaceAll(".", "");
}

function eventText({ type, kind, madeIn, listeners }: EventFlow): string {
  const ends = [
    `- Subject: \`${kind.subject}\``,
    `- Made in ${madeIn.map(link).join(", ")}`,
    ...listenerLines(listeners),
  ];
  return [`### \`${type}\``, kind.summary, ends.join("\n"), fieldTable(kind)].join("\n\n");
}

function listenerLines(listeners: readonly Listener[]): readonly string[] {
  if (listeners.length === 0) return ["- Nobody here listens; it is for what is built on top"];
  const told = (way: Listener["way"]) =>
    listeners.filter((one) => one.way === way).map(({ service, file }) => `${service} → ${link(file)}`);
  const [heard, watched] = [told("hears"), told("watches")];
  return [
    ...(heard.length === 0 ? [] : [`- Heard by ${heard.join(", ")}`]),
    ...(watched.length === 0 ? [] : [`- Watched by ${watched.join(", ")}`]),
  ];
}

function link(file: string): string {
  return `[${file.split("/").slice(2).join("/")}](../${file})`;
}

function fieldTable(kind: EventKind): string {
  const fields = meaningsOf(kind).map(
    ({ name, words, meaning }) => `| \`${name}\` | ${cell(words)} | ${cell(meaning ?? "")} |`,
  );
  return ["| field | | meaning |", "|---|---|---|", ...fields].join("\n");
}

/** The fields of an event's data; the words of the kind go before those of the schema. */
export function meaningsOf({ data, fields = {} }: EventKind): ReturnType<typeof fieldsOf> {
  const told: Readonly<Record<string, string | undefined>> = fields;
  return fieldsOf(data).map((field) => ({ ...field, meaning: told[field.name] ?? field.meaning }));
}

/** One event, told by all: its fields stand once. */
function auditText(audited: readonly string[]): string {
  const [first] = audited;
  if (first === undefined) return "";
  const kind = discrepanciesFoundBy(first) as unknown as EventKind;
  const types = audited.map((service) => `\`${service}.${kind.name}.v${kind.version}\``).join(", ");
  const ends = [
    `- Subject: \`${kind.subject}\``,
    "- Made in [platform/audit.ts](../platform/audit.ts), for the bus in [platform/log-bus/audit.ts](../platform/log-bus/audit.ts)",
    "- Nobody here listens; it is for what is built on top",
  ];
  return ["## Audits", `### ${types}`, kind.summary, ends.join("\n"), fieldTable(kind)].join("\n\n");
}
