import { version } from "../../src/version";

test.each(["--version", "-V"])("%s prints the version and loads nothing of the program", (flag) => {
  const argv = process.argv;
  const write = jest.fn(async () => {});
  try {
    jest.isolateModules(() => {
      for (const part of ["commander", "yaml", "undici", "ajv", "../../src/cli/start"]) {
        jest.doMock(part, () => {
          throw new Error(`${part} was loaded`);
        });
      }
      jest.doMock("../../src/cli/text-stream", () => ({ textStream: () => ({ write }) }));
      process.argv = ["node", "jp1im", flag];
      require("../../src/cli/bin");
    });
    expect(write.mock.calls).toEqual([[`${version}\n`]]);
  } finally {
    process.argv = argv;
  }
});
