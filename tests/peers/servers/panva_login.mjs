// oidc-provider at which MCP clients register themselves and log in; its access tokens are JWTs for the resource that they
// name. argv: a client id that it knows, and `without-refresh` for one that has no refresh tokens, which is its default.
import { createServer } from "node:http";
import { generateKeyPair, exportJWK } from "jose";
import { Provider } from "oidc-provider";

const [client_id, refresh] = process.argv.slice(2);
const scopes = refresh === "without-refresh" ? ["openid", "api"] : ["openid", "offline_access", "api"];
const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: "first", alg: "RS256", use: "sig" };
const typed = {
  client_id,
  token_endpoint_auth_method: "none",
  application_type: "native",
  redirect_uris: ["http://127.0.0.1/callback", "http://127.0.0.1/oauth/callback"],
  scope: scopes.join(" "),
};

const server = createServer();
server.listen(0, () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    cookies: { keys: ["a test's cookie key"] },
    clients: [typed],
    clientDefaults: { application_type: "native" },
    scopes,
    pkce: { required: () => true },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: "api",
          audience: resource,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  server.on("request", provider.callback());
});
