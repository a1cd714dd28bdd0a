// oauth2-mock-server; its tokens get the client_id that the request names, as those of other issuers have it.
import { OAuth2Server } from "oauth2-mock-server";

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
server.service.on("beforeTokenSigning", (token, request) => {
  const basic = Buffer.from((request.headers.authorization ?? "").split(" ")[1] ?? "", "base64").toString();
  token.payload.client_id = request.body.client_id ?? decodeURIComponent(basic.split(":")[0]);
});
await server.start(0, "127.0.0.1");
