// Preloaded (`node --import`): appends method, path and status of each request to the file REQUEST_LOG, as a line of JSON.
import { appendFileSync } from "node:fs";
import { Server } from "node:http";

const emit = Server.prototype.emit;
Server.prototype.emit = function (event, request, response) {
  if (event === "request") {
    const { method, headers, url } = request;
    const path = new URL(url, "http://127.0.0.1").pathname;
    response.on("finish", () => {
      const line = { service: "provider", method, path, has_token: "authorization" in headers, parameters: {} };
      appendFileSync(process.env.REQUEST_LOG, `${JSON.stringify({ ...line, status: response.statusCode })}\n`);
    });
  }
  return emit.apply(this, arguments);
};
