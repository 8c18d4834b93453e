import type { DeadLetter } from "../consume/store.ts";
import type { SagaRow } from "../gauges.ts";
import type { Runtime } from "../runtime.ts";
import { summaryOf, type TraceSummary } from "../telemetry/read-trace.ts";
import type { ServiceSurvey, Survey } from "../telemetry/survey.ts";
import { within } from "../within.ts";
import { html, type Html } from "./html.ts";
import { clockTime, counted, shortTime } from "./units.ts";

const TRACES = 25;
const SAGA_ROWS = 20;
const LETTERS = 10;
const PATIENCE_MS = 2_000;

/** What an operator wants to see first: the last traces, what is under way, how events fare. Never fails: what is not known is left
 *  out. */
export async function dashboard(runtime: Runtime, survey: () => Promise<Survey>): Promise<Html> {
  const [{ services }, sagas, letters] = await Promise.all([survey(), sagasOf(runtime), lettersOf(runtime)]);
  const traces = runtime.telemetry.recent.list().slice(0, TRACES);
  return html`${tracesSection(traces.map(summaryOf))} ${sagas.map(sagaSection)} ${lettersSection(letters)}
  ${eventsSection(services)}`;
}

function tracesSection(traces: readonly TraceSummary[]): Html {
  if (traces.length === 0)
    return html`<h2>Last traces</h2>
      <div class="card">
        <p class="empty">None yet. <code>npm run demo</code> buys something.</p>
      </div>`;
  return html`<h2>Last traces</h2>
    <div class="card scroll">
      <table>
        <thead>
          <tr>
            <th>UTC</th>
            <th>What</th>
            <th>Answer</th>
            <th class="num wide">Answered in</th>
            <th class="num wide">All done in</th>
            <th class="num wide">Steps</th>
          </tr>
        </thead>
        <tbody>
          ${traces.map(traceRow)}
        </tbody>
      </table>
    </div>`;
}

function traceRow(trace: TraceSummary): Html {
  const { traceId, title, otherRequests, published, otherEvents, outcome, answerMs, durationMs, spans, beganMs } =
    trace;
  const others =
    otherRequests === 0
      ? undefined
      : html` <span class="soft">beside ${counted(otherRequests, "other request")}</span>`;
  const rest = otherEvents === 0 ? [] : [html`<span class="soft">and ${counted(otherEvents, "event")} more</span>`];
  const chips = [...published.map((name) => html`<span class="chip">${name}</span>`), ...rest];
  return html`<tr class="${outcome.kind === "fault" ? "bad" : ""}">
    <td class="soft time">${clockTime(beganMs)}</td>
    <td>
      <a href="/traces/${traceId}">${title}</a>${others} ${chips.length === 0 ? undefined : html`<div>${chips}</div>`}
    </td>
    <td class="state ${outcome.kind}">${outcome.text}</td>
    <td class="num wide">${shortTime(answerMs)}</td>
    <td class="num wide">${shortTime(durationMs)}</td>
    <td class="num wide">${spans}</td>
  </tr>`;
}

type UnderWay = { readonly title: string; readonly rows: readonly SagaRow[] | undefined; readonly now: Date };

function sagasOf(runtime: Runtime): Promise<readonly UnderWay[]> {
  const all = [...runtime.services.values()].flatMap(({ service }) =>
    (service.sagas ?? []).map(async ({ title, list }) => {
      const ctx = runtime.context(service.name, { deadlineAtMs: Date.now() + PATIENCE_MS });
      return { title, now: ctx.now, rows: await within(PATIENCE_MS, list(ctx, SAGA_ROWS)) };
    }),
  );
  return Promise.all(all);
}

function sagaSection({ title, rows, now }: UnderWay): Html {
  const age = (from: Date, to: Date) => shortTime(Math.max(0, to.getTime() - from.getTime()));
  const next = ({ nextAt }: SagaRow) =>
    nextAt === undefined ? "somebody is on it" : nextAt <= now ? "now" : `in ${age(now, nextAt)}`;
  if (rows === undefined || rows.length === 0)
    return html`<h2>${title} under way</h2>
      <div class="card"><p class="empty">${rows === undefined ? "The database does not answer." : "None."}</p></div>`;
  return html`<h2>${title} under way</h2>
    <div class="card scroll">
      <table>
        <thead>
          <tr>
            <th>What</th>
            <th>State</th>
            <th class="num">Age</th>
            <th class="num">Tries</th>
            <th>Goes on</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                <td>
                  ${row.traceId === undefined ? row.name : html`<a href="/traces/${row.traceId}">${row.name}</a>`}
                </td>
                <td>${row.state.replaceAll("_", " ")}</td>
                <td class="num">${age(row.since, now)}</td>
                <td class="num">${row.attempts}</td>
                <td>${next(row)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

type Letters = { readonly service: string; readonly letters: readonly DeadLetter[] };

async function lettersOf(runtime: Runtime): Promise<readonly Letters[]> {
  const all = [...runtime.services].map(async ([service, { consumer }]) => {
    const letters = consumer && (await within(PATIENCE_MS, consumer.deadLetters.list({ limit: LETTERS })));
    return { service, letters: letters ?? [] };
  });
  return (await Promise.all(all)).filter(({ letters }) => letters.length > 0);
}

function lettersSection(all: readonly Letters[]): Html {
  if (all.length === 0)
    return html`<h2 id="dead-letters">Dead letters</h2>
      <div class="card"><p class="empty">None: every event was handled, or is tried again.</p></div>`;
  return html`<h2 id="dead-letters">Dead letters</h2>
    <div class="card scroll">
      <table>
        <thead>
          <tr>
            <th>Given up by</th>
            <th>Event</th>
            <th>Why</th>
            <th class="wide">UTC</th>
            <th></th>
          </tr>
        </thead>
        <tbody>
          ${all.flatMap(({ service, letters }) => letters.map((letter) => letterRow(service, letter)))}
        </tbody>
      </table>
    </div>`;
}

function letterRow(service: string, letter: DeadLetter): Html {
  const path = `/dead-letters/${service}/${letter.eventId}`;
  return html`<tr class="bad">
    <td>${service}</td>
    <td>${letter.type}<br /><span class="soft mono">${letter.key}</span></td>
    <td>${letter.error}</td>
    <td class="soft wide">${letter.diedAt.toISOString().slice(0, 19).replace("T", " ")}</td>
    <td class="num">
      <form method="post" action="${path}/replay"><button>Replay</button></form>
      <form method="post" action="${path}/discard"><button class="danger">Discard</button></form>
    </td>
  </tr>`;
}

function eventsSection(services: readonly ServiceSurvey[]): Html {
  const known = (value: number | undefined) => (value === undefined ? "–" : String(value));
  const row = ({ service, backlog, outbox, pool, isUp, cache }: ServiceSurvey) => {
    const reads = cache.hits + cache.misses;
    const isBad = isUp === false || (backlog?.deadLetters ?? 0) > 0;
    return html`<tr class="${isBad ? "bad" : ""}">
      <td>${service}${isUp === false ? html` <span class="fault">its database does not answer</span>` : undefined}</td>
      <td class="num">${known(backlog?.lag)}</td>
      <td class="num">${known(backlog?.parkedEvents)}</td>
      <td class="num">${known(backlog?.deadLetters)}</td>
      <td class="num">
        ${outbox === undefined || outbox.events === 0 ? known(outbox?.events) : `${outbox.events}, ${shortTime(outbox.ageSeconds * 1_000)}`}
      </td>
      <td class="num wide">
        ${isUp === undefined ? "–" : `${pool.total - pool.idle} of ${pool.total}, ${pool.waiting} wait`}
      </td>
      <td class="num wide">${reads === 0 ? "–" : `${Math.round((100 * cache.hits) / reads)} % of ${reads}`}</td>
    </tr>`;
  };
  return html`<h2>Services</h2>
    <div class="card scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            <th class="num">Event lag</th>
            <th class="num">Failing</th>
            <th class="num">Dead</th>
            <th class="num">Outbox</th>
            <th class="num wide">Busy connections</th>
            <th class="num wide">Cache hits</th>
          </tr>
        </thead>
        <tbody>
          ${services.map(row)}
        </tbody>
      </table>
    </div>`;
}
