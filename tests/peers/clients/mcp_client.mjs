// The TypeScript SDK's client: URL, then tools as JSON; a token is read from TOKEN.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const token = process.env.TOKEN;
const headers = token ? { Authorization: `Bearer ${token}` } : {};
const client = new Client({ name: "peer", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2]), { requestInit: { headers } }));
const tools = [];
let cursor;
do {
  const page = await client.listTools({ cursor });
  tools.push(...page.tools.map((tool) => tool.name));
  cursor = page.nextCursor;
} while (cursor);
process.stdout.write(JSON.stringify({ tools }));
await client.close();
