import pg from "pg";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { databaseProblem } from "./database-problem.ts";
import { migrate } from "./migrate.ts";
import { StartupProblem } from "./startup-problem.ts";

// Against a real server: what it says is what has to be understood.
const adminUrl = inject("postgresAdminUrl");
const PASSWORD = "geheim";
const role = `problem_${process.pid}`;
let admin: pg.Client;
const closing = createServer((socket) => socket.destroy());
beforeAll(async () => {
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create role ${role} login password '${PASSWORD}'`);
  await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await admin.query(`drop role ${role}`);
  await admin.end();
  closing.close();
});

/** The test server's URL with other parts. */
function changed(parts: Partial<Pick<URL, "host" | "username" | "password" | "pathname">>): string {
  return Object.assign(new URL(adminUrl), { search: "", username: role, password: PASSWORD, ...parts }).href;
}

async function problemOf(url: string): Promise<string> {
  const error = await migrate(url, []).then(
    () => undefined,
    (failure: unknown) => databaseProblem(failure, { setting: "ORDERS_DATABASE_URL", url }),
  );
  expect(error).toBeInstanceOf(StartupProblem);
  const { message } = error as Error;
  expect(message).toMatch(/^Setting ORDERS_DATABASE_URL: [^\n]+\.$/);
  expect(message).not.toContain(PASSWORD);
  return message.replace("Setting ORDERS_DATABASE_URL: ", "");
}

const { host } = new URL(adminUrl);

test("nobody answers there", async () => {
  expect(await problemOf(changed({ host: "127.0.0.1:1" }))).toBe("no PostgreSQL answers at 127.0.0.1:1.");
  expect(await problemOf(changed({ host: "localhost:1" }))).toBe("no PostgreSQL answers at localhost:1.");
});

test("another program answers there", async () => {
  const { port } = closing.address() as AddressInfo;
  expect(await problemOf(changed({ host: `127.0.0.1:${port}` }))).toBe(`no PostgreSQL answers at 127.0.0.1:${port}.`);
});

test("there is no such host", async () => {
  expect(await problemOf(changed({ host: "nowhere.invalid:5432" }))).toBe("there is no host called nowhere.invalid.");
});

test("the password is wrong, or there is none", async () => {
  const told = await problemOf(changed({ password: `${PASSWORD}-other` }));
  expect(told).toBe(`${host} does not let the user “${role}” in with this password.`);
  expect(await problemOf(changed({ password: "" }))).toBe(`${host} wants a password of the user “${role}”.`);
});

test("there is no such database", async () => {
  const told = await problemOf(changed({ pathname: "/nothing" }));
  expect(told).toBe(`there is no database “nothing” at ${host}; create it first.`);
});

test("the text is no URL", async () => {
  expect(await problemOf(`postgres://ada:${PASSWORD}@[::1/shop`)).toBe("is no URL of a PostgreSQL database.");
});

test("a fault of another kind stays one", () => {
  const fault = new TypeError("a bug");
  expect(databaseProblem(fault, { setting: "ORDERS_DATABASE_URL", url: adminUrl })).toBe(fault);
  const missing = Object.assign(new Error("no folder"), { code: "ENOENT" });
  expect(databaseProblem(missing, { setting: "ORDERS_DATABASE_URL", url: adminUrl })).toBe(missing);
});
