import { discrepanciesFoundBy } from "#kernel/audit";
import type { Contract, Operation } from "#kernel/contract";
import { eventType } from "#kernel/event";
import { openApi } from "#platform/openapi";
import { readServices } from "./references/services.ts";
import { writeOrCheck } from "./write-or-check.ts";

/** Writes docs/api/openapi.json (what the edge serves) and docs/api/asyncapi.json (what is on the bus) from the contracts and events. */
const services = await readServices();
const edge = services.find((service) => service.edge !== undefined)!.edge!;
const operations = services.flatMap((service) => Object.values(service.contract as Contract) as Operation[]);
const exposed = operations.filter((operation) => operation.access !== "service");
await writeOrCheck("docs/api/openapi.json", text(openApi(exposed, edge.prefix, "1.0.0")));
await writeOrCheck("docs/api/asyncapi.json", text(asyncApi()));

function asyncApi(): object {
  // The embedded bus is no service, and tells of itself.
  const kinds = [...services.flatMap((service) => service.publishes ?? []), discrepanciesFoundBy("bus")];
  const topics = [...new Set(kinds.map((kind) => kind.service))];
  const messages = kinds.map((kind) => [
    eventType(kind),
    {
      name: eventType(kind),
      title: kind.name,
      summary: kind.summary,
      contentType: "application/cloudevents+json",
      payload: envelopeOf(withMeanings(kind)),
      "x-subject": kind.subject,
      "x-heard-by": hearersOf(eventType(kind)),
    },
  ]);
  const addressed = topics.map((topic) => [
    topic,
    {
      address: topic,
      messages: Object.fromEntries(
        kinds
          .filter((kind) => kind.service === topic)
          .map((kind) => [eventType(kind), { $ref: `#/components/messages/${eventType(kind)}` }]),
      ),
    },
  ]);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Tradepost events",
      version: "1.0.0",
      description: "CloudEvents 1.0; heard at least once, in order per subject.",
    },
    channels: Object.fromEntries(addressed),
    operations: Object.fromEntries(
      topics.map((topic) => [`publish.${topic}`, { action: "send", channel: { $ref: `#/channels/${topic}` } }]),
    ),
    components: { messages: Object.fromEntries(messages) },
  };
}

function hearersOf(type: string): string[] {
  return services
    .filter((service) => (service.hears ?? []).some((hearing) => eventType(hearing.kind) === type))
    .map((service) => service.name);
}

function envelopeOf(data: object): object {
  const word = { type: "string" };
  return {
    type: "object",
    required: ["specversion", "id", "source", "type", "subject", "time", "store", "market", "data"],
    properties: {
      specversion: { const: "1.0" },
      id: { type: "string", format: "uuid" },
      source: word,
      type: word,
      subject: word,
      time: { type: "string", format: "date-time" },
      subjectversion: { type: "integer" },
      store: word,
      market: word,
      traceparent: word,
      data,
    },
  };
}

/** The schema of the data; each field says what it means. */
function withMeanings({ data, fields = {} }: { data: unknown; fields?: Readonly<Record<string, string>> }): object {
  const { properties, ...rest } = plain(data) as { properties: Record<string, object> };
  const told = Object.entries(properties).map(([name, schema]) => {
    const meaning = fields[name];
    return [name, meaning === undefined ? schema : { ...schema, description: meaning }];
  });
  return { ...rest, properties: Object.fromEntries(told) };
}

function plain(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === "$id" ? undefined : value))) as object;
}

function text(document: object): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}
