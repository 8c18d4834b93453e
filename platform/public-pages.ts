import type { FastifyInstance, FastifyRequest } from "fastify";
import { publicPagesOf, serviceOf, type Contract, type PublicPage } from "#kernel/contract";
import type { Fallback } from "./http/fallback.ts";
import { isFallback, mountPages, pageHandler, type PageMounting } from "./http/pages.ts";
import { mountPassedPage, passedPageHandler, type PassedMounting } from "./http/pass-page.ts";
import type { SharedAnswers, Sharing } from "./http/shared-answers.ts";
import type { Runtime } from "./runtime.ts";
import type { AnyService, WebPage } from "./service.ts";
import { readyMeter, watchRoute } from "./telemetry/exchange.ts";

/** The pages of the public port: of services that run here, and of others where the edge is. */
export type PublicPages = {
  /** What answers browsers where no route does; undefined: no service shows such a page. */
  readonly fallback: Fallback | undefined;
  /** Adds the pages of a service that runs here. */
  mount(app: FastifyInstance, service: AnyService): void;
  /** Adds the pages of services elsewhere. */
  mountPassed(app: FastifyInstance): void;
};

export type PublicPagesOptions = {
  readonly runtime: Runtime;
  readonly services: readonly AnyService[];
  readonly contracts: readonly Contract[];
  readonly answers: SharedAnswers;
  /** The edge that runs here: its service, and what the addresses of operations begin with. */
  readonly edge: { readonly service: string; readonly root: string } | undefined;
};

/** Puts them together; throws when a contract tells of other pages than its service shows, or when there are two fallbacks. */
export function openPublicPages(options: PublicPagesOptions): PublicPages {
  const { services, runtime, edge } = options;
  const isElsewhere = (contract: Contract) => !runtime.services.has(serviceOf(contract));
  const elsewhere = edge === undefined ? [] : options.contracts.filter(isElsewhere);
  const shown = new Map(services.map((service) => [service, shownBy(service)]));
  const passed = elsewhere.flatMap((contract) => {
    const mounting = passedMountingOf(options, edge!, serviceOf(contract));
    return publicPagesOf(contract).map((page) => ({ page, mounting }));
  });
  const fallbacks = [
    ...[...shown].flatMap(([service, pages]) =>
      pages.filter(isFallback).map((page) => pageHandler(page, mountingOf(options, service.name))),
    ),
    ...passed.filter(({ page }) => isFallback(page)).map(({ page, mounting }) => passedPageHandler(page, mounting)),
  ];
  if (fallbacks.length > 1) throw new Error(`${fallbacks.length} services show a page at "/*".`);
  const [answer] = fallbacks;
  return {
    fallback: answer === undefined ? undefined : { outsideOf: edge?.root, answer },
    mount: (app, service) => mountPages(app, shown.get(service)!, mountingOf(options, service.name)),
    mountPassed: (app) => {
      for (const { page, mounting } of passed) if (!isFallback(page)) mountPassedPage(app, page, mounting);
    },
  };
}

/** The public pages of a service; throws when its contract tells of others: an edge in another process would not lead to them. */
function shownBy(service: AnyService): readonly WebPage[] {
  const shown = (service.pages ?? []).filter((page) => page.port === "public");
  const names = (pages: readonly PublicPage[]) => pages.map(({ method, path }) => `${method} ${path}`).toSorted();
  const [real, told] = [names(shown).join(", "), names(publicPagesOf(service.contract)).join(", ")];
  if (service.edge === undefined && real !== told)
    throw new Error(
      `${service.name} shows the public pages (${real}), its contract tells of (${told}): definePublicPages`,
    );
  return shown;
}

function mountingOf({ runtime, answers, edge }: PublicPagesOptions, service: string): PageMounting {
  return {
    contextFor: ({ id, exchange }: FastifyRequest) =>
      runtime.context(service, {
        requestId: id,
        actor: { kind: "anonymous" },
        ...(exchange === undefined ? {} : { traceparent: exchange.traceparent }),
      }),
    watch: (method, path) => watchRoute(runtime.telemetry, service, { method, path }),
    outsideOf: edge?.root,
    sharing: sharingOf(runtime, answers, service),
  };
}

function passedMountingOf(
  { runtime, answers }: PublicPagesOptions,
  edge: NonNullable<PublicPagesOptions["edge"]>,
  service: string,
): PassedMounting {
  return {
    ask: (asked) => runtime.forwardPage(service, asked),
    watch: (method, path) => watchRoute(runtime.telemetry, edge.service, { method, path }),
    outsideOf: edge.root,
    sharing: sharingOf(runtime, answers, service),
  };
}

function sharingOf({ telemetry }: Runtime, answers: SharedAnswers, service: string): Sharing<PublicPage> {
  return {
    answers,
    sourceOf: (page) => ({ kind: "page", service, onServed: readyMeter(telemetry, page) }),
  };
}
