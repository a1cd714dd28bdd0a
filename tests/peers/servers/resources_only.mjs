// A server of the TypeScript SDK that offers resources and no tools, stateless.
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

createServer(async (request, response) => {
  const server = new McpServer({ name: "resources-only", version: "1.0.0" });
  server.registerResource("greeting", "greeting://hello", {}, async (uri) => ({
    contents: [{ uri: uri.href, text: "Hello" }],
  }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on("close", () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response);
}).listen();
