// Preloaded (`node --import`): every server of the process listens on a free port of 127.0.0.1 and prints it.
import { Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (...words) {
  const ready = words.find((word) => typeof word === "function");
  return listen.call(this, { host: "127.0.0.1", port: 0 }, () => {
    process.stdout.write(`PORT ${this.address().port}\n`);
    ready?.();
  });
};
