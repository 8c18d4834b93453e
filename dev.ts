import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { findBuiltAsset, takeFrom, type Views } from "./apps/storefront/views.ts";

// `npm run dev`: the whole shop in one process, with pages, scripts and styles from their source. A change of a page or a style shows at
// once; a change of anything else starts the process anew (`node --watch`), which takes some seconds, and open pages load again then.
enableCompileCache(); // halves them
const { createServer } = await import("vite");
const CLIENT = "/apps/storefront/client";
const VIEWS = join(import.meta.dirname, "apps/storefront/views");
const origins: string[] = [];
const server = await createServer({
  root: import.meta.dirname,
  configFile: false,
  appType: "custom",
  logLevel: "warn",
  server: { port: 5_173, cors: true, watch: { ignored: ["**/.data/**", "**/build/**"] } },
  plugins: [
    {
      name: "pages",
      transform(code, id) {
        // What tells the browser of changes.
        if (id.endsWith(`${CLIENT}/main.ts`)) return `import "/@vite/client";\n${code}`;
        // Else it would wait for us in a worker made of text, which no page of the shop allows.
        if (id.endsWith("vite/dist/client/client.mjs")) return code.replace("typeof SharedWorker", '"undefined"');
        return undefined;
      },
      hotUpdate({ file }) {
        if (file.startsWith(VIEWS)) this.environment.hot.send({ type: "full-reload" });
      },
    },
  ],
});
takeFrom({
  views: async () => (await server.ssrLoadModule("/apps/storefront/views/pages.tsx")) as Views,
  asset: async (name) =>
    /\.(?:js|css)$/.test(name) ? `${origins[0]}${CLIENT}/${name.replace(/js$/, "ts")}` : findBuiltAsset(name),
  origins,
});
await import("./main.ts");
// Last: browsers that see it come back load their page again.
await server.listen();
const origin = server.resolvedUrls!.local[0]!.replace(/\/$/, "");
origins.push(origin, origin.replace(/^http/, "ws"));
