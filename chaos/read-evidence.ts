import type pg from "pg";
import { eventType } from "#kernel/event";
import { loadService } from "../load-service.ts";
import { topology } from "../topology.ts";
import { rowsOf, withDatabase } from "./ask-database.ts";
import type { BusEvent, Evidence, ServiceEvidence, Stuck } from "./evidence.ts";
import { evidenceQueries } from "./evidence-queries.ts";

/** What the databases say. */
export type DatabaseEvidence = Omit<Evidence, "journal" | "opening" | "unsettled">;

/** Reads all databases, each as it is at one moment. */
export async function readEvidence(databaseUrl: (database: string) => string): Promise<DatabaseEvidence> {
  const read = <Result>(service: string, work: (client: pg.Client) => Promise<Result>) =>
    withDatabase(databaseUrl(databaseOf(service)), async (client) => {
      await client.query("begin isolation level repeatable read read only");
      return work(client);
    });
  const tables: Record<string, readonly object[]> = {};
  for (const [service, queries] of Object.entries(evidenceQueries))
    await read(service, async (client) => {
      for (const [name, text] of Object.entries(queries)) tables[name] = await rowsOf(client, text);
    });
  const services: ServiceEvidence[] = [];
  for (const { name } of withDatabases()) services.push(await read(name, (client) => readPlatform(name, client)));
  const { events, ...others } = tables as { events: RawEvent[] } & Record<string, never>;
  return {
    ...(others as unknown as DatabaseEvidence),
    events: events.map(toEvent),
    services,
    hears: await readHears(),
  };
}

function withDatabases() {
  return topology.filter((row) => row.databaseConnections > 0);
}

function databaseOf(service: string): string {
  return service.replaceAll("-", "_");
}

async function readPlatform(service: string, client: pg.Client): Promise<ServiceEvidence> {
  const heard = await rowsOf<{ id: string }>(client, "select event_id as id from heard_event");
  return {
    service,
    outbox: await rowsOf(client, `select event_id as "eventId", type, key from outbox order by seq`),
    heard: new Set(heard.map(({ id }) => id)),
    parked: await rowsOf<Stuck>(
      client,
      `select event_id as "eventId", type, key, coalesce(error, 'waits behind another one') as error
       from parked_event left join parked_key using (topic, key) order by seq`,
    ),
    deadLetters: await rowsOf<Stuck>(client, `select event_id as "eventId", type, key, error from dead_letter`),
  };
}

type RawEvent = Pick<BusEvent, "topic" | "partition" | "offset" | "eventId" | "key" | "type" | "at"> & {
  readonly envelope: string;
};

function toEvent({ envelope, ...row }: RawEvent): BusEvent {
  const { id, subject, subjectversion, data } = JSON.parse(envelope);
  return { ...row, id, subject, subjectVersion: subjectversion, data };
}

async function readHears(): Promise<Evidence["hears"]> {
  const services = await Promise.all(topology.map(({ name }) => loadService(name)));
  return services.map((service) => ({
    service: service.name,
    types: (service.hears ?? []).map(({ kind }) => eventType(kind)),
  }));
}
