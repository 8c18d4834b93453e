import Fastify from "fastify";

type Page = { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

// A child process: answers each path with the bytes and headers it was told, and does nothing else. What Fastify alone reaches here.
process.once("message", (pages: readonly Page[]) => {
  const app = Fastify({ logger: false });
  for (const { path, headers, body } of pages)
    app.get(path.split("?", 1)[0]!, async (_request, reply) => reply.headers(headers).send(body));
  app.listen({ port: 0, host: "127.0.0.1" }).then(
    (url) => process.send!({ url }),
    (error: Error) => process.send!({ error: error.message }),
  );
});
