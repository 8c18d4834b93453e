import { join } from "node:path";
import { createServer } from "vite";
import { takeFrom, type Views } from "./apps/storefront/views.ts";

// `npm run dev`: the whole shop in one process, with pages, scripts and styles from their source. A change of a page or a style shows at
// once; a change of anything else starts the process anew (`node --watch`), which takes a second.
const CLIENT = "/apps/storefront/client";
const server = await createServer({
  root: import.meta.dirname,
  configFile: false,
  appType: "custom",
  logLevel: "warn",
  server: { port: 5_173, cors: true, watch: { ignored: ["**/.data/**", "**/build/**"] } },
  plugins: [
    {
      name: "pages",
      // What tells the browser of changes.
      transform: (code, id) => (id.endsWith(`${CLIENT}/main.ts`) ? `import "/@vite/client";\n${code}` : undefined),
      hotUpdate({ file }) {
        if (file.startsWith(join(import.meta.dirname, "apps/storefront/views")))
          this.environment.hot.send({ type: "full-reload" });
      },
    },
  ],
});
await server.listen();
const origin = server.resolvedUrls!.local[0]!.replace(/\/$/, "");
takeFrom({
  views: async () => (await server.ssrLoadModule("/apps/storefront/views/pages.tsx")) as Views,
  asset: async (name) => `${origin}${CLIENT}/${name.replace(/js$/, "ts")}`,
  origins: [origin, origin.replace(/^http/, "ws")],
});
await import("./main.ts");
