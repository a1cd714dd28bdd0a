// The TypeScript SDK's client logs in: URL, then tools as JSON. BROWSER opens the login page.
// CLIENT_ID is a client id that it is given, CLIENT_METADATA_URL the URL of its metadata document.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";

const url = new URL(process.argv[2]);
let arrived;
const returned = new Promise((resolve) => (arrived = resolve));
const server = createServer((request, response) => {
  response.end("Done");
  arrived(new URL(request.url, "http://127.0.0.1").searchParams);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const redirectUrl = `http://127.0.0.1:${server.address().port}/callback`;

const { CLIENT_ID, CLIENT_METADATA_URL, BROWSER } = process.env;
const kept = { client: CLIENT_ID && { client_id: CLIENT_ID } };
const authProvider = {
  redirectUrl,
  clientMetadataUrl: CLIENT_METADATA_URL,
  clientMetadata: { client_name: "peer", redirect_uris: [redirectUrl], token_endpoint_auth_method: "none" },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => void (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
  codeVerifier: () => kept.verifier,
  redirectToAuthorization: (page) => void execFile(BROWSER, [page.href]),
};

const connect = async () => {
  const transport = new StreamableHTTPClientTransport(url, { authProvider });
  const client = new Client({ name: "peer", version: "1.0.0" });
  try {
    await client.connect(transport);
    return client;
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport.finishAuth(await returned);
  }
};
const client = (await connect()) ?? (await connect());
const { tools } = await client.listTools();
process.stdout.write(JSON.stringify({ tools: tools.map((tool) => tool.name) }));
process.exit(0);
