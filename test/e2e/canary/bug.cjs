/** Loaded with `--require`: a bug where the process has secrets in its hands, of the kind that `BUG` names. */
const fs = require("node:fs");

const { open } = fs.promises;
fs.promises.open = async (path, ...more) => {
  const handle = await open(path, ...more);
  if (!String(path).includes("/.jp1im-")) return handle;
  // The proof of a sink writes zeros there, before any secret is issued.
  const isProof = (data) => /^0*$/.test(String(data));
  const write = handle.appendFile.bind(handle);
  handle.appendFile = async (data) => {
    if (isProof(data)) return write(data);
    if (process.env.BUG === "in a write") throw new TypeError(`cannot write ${data}`);
    if (process.env.BUG === "thrown") setImmediate(fail);
    if (process.env.BUG === "rejected") void Promise.reject(bugOf());
    await write(data);
  };
  return handle;
};

function fail() {
  throw bugOf();
}

function bugOf() {
  return Object.assign(new Error("a bug", { cause: { env: process.env } }), { env: process.env });
}
