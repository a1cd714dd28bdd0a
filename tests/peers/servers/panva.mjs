// oidc-provider with JWT access tokens for its API; `--opaque` leaves them opaque. argv: client id, secret.
import { createServer } from "node:http";
import { generateKeyPair, exportJWK } from "jose";
import { Provider } from "oidc-provider";

const [client_id, client_secret, form] = process.argv.slice(2);
const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: "first", alg: "RS256", use: "sig" };
const resource = "urn:probe:api";

function configuration(callback) {
  return {
    jwks: { keys: [key] },
    cookies: { keys: ["a test's cookie key"] },
    clients: [
      {
        client_id,
        client_secret,
        grant_types: [
          "client_credentials",
          "authorization_code",
          "refresh_token",
          "urn:ietf:params:oauth:grant-type:device_code",
        ],
        response_types: ["code"],
        redirect_uris: [callback],
        application_type: "native",
        scope: "openid offline_access api",
      },
    ],
    scopes: ["openid", "offline_access", "api"],
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => (form === "opaque" ? [] : resource),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "api",
          audience: resource,
          accessTokenFormat: "jwt",
          accessTokenTTL: 3600,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  };
}

const server = createServer();
server.listen(0, () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration("http://127.0.0.1/callback"));
  server.on("request", provider.callback());
});
