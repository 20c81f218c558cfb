/**
 * Loaded into a child with `--require`: kills it before the n-th call that changes the disk (`DIE_AT=n`), or in the
 * middle of it where it is a write (`DIE_AT=n:torn`). Without `DIE_AT` it writes the list of all such calls to
 * `DISK_CALLS` when the process ends.
 */
const fs = require("node:fs");

const [at, torn] = (process.env.DIE_AT ?? "").split(":");
const calls = [];

function onCall(name, subject, tear) {
  calls.push(`${name} ${subject}`);
  if (calls.length !== Number(at)) return;
  if (torn !== undefined) tear?.();
  process.kill(process.pid, "SIGKILL");
  // Not one instruction more, however long the signal takes.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

for (const name of ["rename", "link", "unlink", "mkdir"]) wrap(fs.promises, name, (path) => [path]);

const open = fs.promises.open;
let handles;
fs.promises.open = async (path, flags, ...more) => {
  if (flags !== "r") onCall(`open ${flags}`, path);
  const handle = await open(path, flags, ...more);
  if (handles === undefined) {
    handles = Object.getPrototypeOf(handle);
    wrap(handles, "appendFile", () => ["handle"], tearWrite);
    wrap(handles, "truncate", () => ["handle"]);
    wrap(handles, "sync", () => ["handle"]);
  }
  return handle;
};

function wrap(object, name, subjectsOf, tear) {
  const real = object[name];
  object[name] = function (...parameters) {
    onCall(name, subjectsOf(...parameters).join(" "), tear && (() => tear(this, ...parameters)));
    return real.apply(this, parameters);
  };
}

function tearWrite(handle, data) {
  fs.writeSync(handle.fd, data, 0, Math.floor(data.length / 2));
}

process.on("exit", () => {
  if (process.env.DISK_CALLS) fs.writeFileSync(process.env.DISK_CALLS, calls.join("\n"));
});
