import type { TraceRecord } from "../telemetry/recent-traces.ts";
import { summaryOf, type TraceSummary } from "../telemetry/read-trace.ts";
import { layOut, type Row, type Waterfall } from "../telemetry/waterfall.ts";
import { html, type Html } from "./html.ts";
import { hueOf } from "./page.ts";
import { clockTime, counted, shortTime } from "./units.ts";

/** A trace as a waterfall: a row per span, the statements of a span on its bar, each row opens. What the client asked for beside what
 *  the trace is about has one row each, unless `isWhole`. */
export function waterfallPage(trace: TraceRecord, isWhole: boolean): Html {
  const summary = summaryOf(trace);
  const fall = layOut(trace);
  const folded = foldedRows(fall.rows, summary.mainId);
  const rows = isWhole ? fall.rows : fall.rows.filter((row) => !folded.has(row));
  const more =
    folded.size === 0
      ? undefined
      : isWhole
        ? html`<a href="/traces/${trace.traceId}">Only what it is about</a> · `
        : html`<a href="/traces/${trace.traceId}?whole">The other requests’ steps too</a> · `;
  return html`<nav><a href="/">Operators’ desk</a></nav>
    ${head(summary, trace)} ${story(fall)}
    <div class="legend">
      ${fall.services.map((name, index) => html`<span><i class="dot" style="--h:${hueOf(index)}"></i>${name}</span>`)}
    </div>
    <div class="card fall">${axis(fall)} ${rows.map((row) => rowOf(row, fall, summary.mainId))}</div>
    <p class="soft">
      A row is a piece of work, the dark part of its bar its database; dotted: how long an event was on its way. Open a
      row for more. ${more}<a href="/traces/${trace.traceId}.json">As JSON</a>
    </p>`;
}

/** The rows below each root other than the main one, if nothing went wrong there. */
function foldedRows(rows: readonly Row[], mainId: string): ReadonlySet<Row> {
  const begins = rows.flatMap((row, index) => (row.depth === 0 ? [index] : []));
  const trees = begins.map((begin, index) => rows.slice(begin, begins[index + 1]));
  const aside = trees.filter((tree) => tree[0]!.span.spanId !== mainId && !tree.some((row) => row.span.isFault));
  return new Set(aside.flatMap((tree) => tree.slice(1)));
}

function head(summary: TraceSummary, { traceId, dropped }: TraceRecord): Html {
  const { title, outcome, answerMs, durationMs, otherRequests, spans, statements } = summary;
  const others = otherRequests === 0 ? "" : ` and ${counted(otherRequests, "other request")} of the same client`;
  const after = durationMs > answerMs * 1.05 ? `, everything within ${shortTime(durationMs)}` : "";
  return html`<header>
    <h1>${title} <span class="state ${outcome.kind}">${outcome.text}</span></h1>
    <p>
      Answered in <b>${shortTime(answerMs)}</b>${after}${others}. ${counted(spans - statements, "step")},
      ${counted(statements, "question")} to databases${dropped === 0 ? "" : `, ${dropped} left out`}.
    </p>
    <p class="mono">${clockTime(summary.beganMs)} UTC · ${traceId}</p>
  </header>`;
}

/** What happened, in the events that were published. */
function story({ rows }: Waterfall): Html {
  const told = rows.filter((row) => row.span.kind === "PRODUCER").toSorted((a, b) => a.offsetMs - b.offsetMs);
  if (told.length === 0) return html``;
  return html`<ol class="story" aria-label="Events in their order">
    ${told.map(
      ({ span, offsetMs }) =>
        html`<li><b>${span.name.replace(/^publish /, "")}</b> <small>${shortTime(offsetMs)}</small></li>`,
    )}
  </ol>`;
}

function axis({ ticks, pauses }: Waterfall): Html {
  return html`<div class="axis" aria-hidden="true">
    <span>step</span>
    <span class="track">
      ${ticks
        .filter(({ at }) => at < 0.96)
        .map(({ at, offsetMs }) => html`<span class="tick" style="left:${percent(at)}">${shortTime(offsetMs)}</span>`)}
      ${pauses.map((one) => html`<span class="gap" style="${place(one)}"><b>${shortTime(one.ms)}</b></span>`)}
    </span>
    <span class="num">took</span>
  </div>`;
}

function rowOf(row: Row, { services, pauses, rows }: Waterfall, mainId: string): Html {
  const { span, depth, statements } = row;
  const isWatch = span.name.startsWith("watches ");
  const classes = [
    "row",
    span.kind,
    span.spanId === mainId ? "root" : "",
    isWatch ? "watch" : "",
    span.isFault ? "problem" : "",
  ];
  const style = `--d:${depth};--h:${hueOf(services.indexOf(span.service))}`;
  const took = span.kind === "PRODUCER" ? "" : shortTime(span.endMs - span.startMs);
  return html`<details class="${classes.filter((one) => one !== "").join(" ")}" style="${style}">
    <summary>
      <span class="name"
        ><i class="dot"></i><span title="${span.service}: ${span.name}">${nameOf(row)}${delayOf(row)}</span></span
      >
      <span class="track">
        ${pauses.map((one) => html`<i class="gap" style="${place(one)}"></i>`)} ${waitOf(row, rows)}
        <i class="bar" style="${place(row)}"></i>
        ${statements.map((one) => html`<i class="sql" style="${place(one)}"></i>`)}
      </span>
      <span class="took num">${span.isFault ? "✕ " : ""}${took}</span>
    </summary>
    ${detailsOf(row)}
  </details>`;
}

/** The name as people read it: `hears OrderConfirmed`, with who does. */
function nameOf({ span }: Row): string {
  const heard = /^(hears|watches) [\w-]+\.(\w+)\.v\d+$/.exec(span.name);
  const refusal = span.attributes["tradepost.refusal"];
  const name = heard === null ? span.name : `${span.service} ${heard[1]} ${heard[2]}`;
  return refusal === undefined || span.isFault ? name : `${name} – ${String(refusal)}`;
}

/** How long an event was on its way. */
function delayOf({ span }: Row): Html | undefined {
  const delayMs = span.attributes["tradepost.event_delay_ms"];
  return typeof delayMs === "number"
    ? html` <small class="soft">after ${shortTime(Math.round(delayMs))}</small>`
    : undefined;
}

/** From the publishing of an event to the beginning of its handler. */
function waitOf(row: Row, rows: readonly Row[]): Html {
  const publisher =
    row.span.kind === "CONSUMER" ? rows.find((one) => one.span.spanId === row.span.parentId) : undefined;
  if (publisher === undefined || publisher.left > row.left) return html``;
  return html`<i class="wait" style="${place({ left: publisher.left, width: row.left - publisher.left })}"></i>`;
}

function detailsOf({ span, offsetMs, statements }: Row): Html {
  const facts: [string, string][] = [
    ["service", span.service],
    ["begins after", shortTime(offsetMs)],
    ["takes", shortTime(span.endMs - span.startMs)],
    ...Object.entries(span.attributes).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return html`<div class="more">
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd class="mono">${value}</dd>`,
      )}
    </dl>
    ${
      statements.length === 0
        ? undefined
        : html`<ol class="sqls" aria-label="Statements">
            ${statements.map(
              (one) =>
                html`<li>
                  <span class="mono">${one.span.name}</span
                  ><span class="num">${shortTime(one.span.endMs - one.span.startMs)}</span>
                </li>`,
            )}
          </ol>`
    }
  </div>`;
}

function place({ left, width }: { readonly left: number; readonly width: number }): string {
  return `left:${percent(left)};width:${percent(width)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
